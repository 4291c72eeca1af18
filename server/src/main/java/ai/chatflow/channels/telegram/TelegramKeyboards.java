package ai.chatflow.channels.telegram;

import ai.chatflow.api.model.ButtonsContent;
import ai.chatflow.api.model.CtaUrlContent;
import ai.chatflow.api.model.ListContent;
import ai.chatflow.api.model.ListRow;
import ai.chatflow.api.model.ListSection;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// Writes messages that are answered with a tap: a text over an inline keyboard, one button a row.
/// Source: Telegram, "Bot API › InlineKeyboardMarkup".
final class TelegramKeyboards {
  private static final String GAP = "\n\n";

  private TelegramKeyboards() {}

  static String write(ObjectNode body, ButtonsContent content) {
    text(body, content.header(), content.text(), content.footer());
    ArrayNode keyboard = keyboard(body);
    content.buttons().forEach(button -> reply(keyboard, button.id(), button.title()));
    return "sendMessage";
  }

  /// Telegram's buttons have no sections and no descriptions: those stand in the text.
  static String write(ObjectNode body, ListContent content) {
    var text = new StringBuilder(content.text());
    content.sections().forEach(section -> describe(section, text));
    text(body, content.header(), text.toString(), content.footer());
    ArrayNode keyboard = keyboard(body);
    for (ListSection section : content.sections()) {
      section.rows().forEach(row -> reply(keyboard, row.id(), row.title()));
    }
    return "sendMessage";
  }

  static String write(ObjectNode body, CtaUrlContent content) {
    text(body, content.header(), content.text(), content.footer());
    keyboard(body)
        .addArray()
        .addObject()
        .put("text", content.displayText())
        .put("url", content.url().toString());
    return "sendMessage";
  }

  private static void describe(ListSection section, StringBuilder text) {
    boolean described = section.rows().stream().anyMatch(row -> row.description() != null);
    if (section.title() == null && !described) {
      return;
    }
    text.append('\n');
    if (section.title() != null) {
      text.append('\n').append(section.title());
    }
    for (ListRow row : section.rows()) {
      text.append("\n• ").append(row.title());
      if (row.description() != null) {
        text.append(": ").append(row.description());
      }
    }
  }

  /// The header in bold and the footer in italics, by entities: nothing has to be escaped. Their
  /// places count UTF-16 units, as Java does.
  private static void text(
      ObjectNode body, @Nullable String header, String text, @Nullable String footer) {
    var whole = new StringBuilder();
    ArrayNode entities = body.arrayNode();
    if (header != null && !header.isBlank()) {
      entities.addObject().put("type", "bold").put("offset", 0).put("length", header.length());
      whole.append(header).append(GAP);
    }
    whole.append(text);
    if (footer != null && !footer.isBlank()) {
      whole.append(GAP);
      entities
          .addObject()
          .put("type", "italic")
          .put("offset", whole.length())
          .put("length", footer.length());
      whole.append(footer);
    }
    body.put("text", whole.toString());
    if (!entities.isEmpty()) {
      body.set("entities", entities);
    }
  }

  private static ArrayNode keyboard(ObjectNode body) {
    return body.putObject("reply_markup").putArray("inline_keyboard");
  }

  private static void reply(ArrayNode keyboard, String id, String title) {
    keyboard.addArray().addObject().put("text", title).put("callback_data", id);
  }
}

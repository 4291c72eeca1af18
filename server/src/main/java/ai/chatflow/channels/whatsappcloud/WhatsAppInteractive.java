package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.api.model.ButtonsContent;
import ai.chatflow.api.model.CtaUrlContent;
import ai.chatflow.api.model.ListContent;
import ai.chatflow.api.model.ListRow;
import ai.chatflow.api.model.ListSection;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// Writes contents that the person answers with a tap. Sources: Meta, "Interactive reply buttons
/// messages", "Interactive list messages", "Interactive call-to-action URL button messages".
final class WhatsAppInteractive {
  private WhatsAppInteractive() {}

  static void write(ObjectNode node, ButtonsContent content) {
    frame(node, "button", content.header(), content.text(), content.footer());
    ArrayNode buttons = node.putObject("action").putArray("buttons");
    content
        .buttons()
        .forEach(
            button ->
                buttons
                    .addObject()
                    .put("type", "reply")
                    .putObject("reply")
                    .put("id", button.id())
                    .put("title", button.title()));
  }

  static void write(ObjectNode node, ListContent content) {
    frame(node, "list", content.header(), content.text(), content.footer());
    ObjectNode action = node.putObject("action").put("button", content.button());
    ArrayNode sections = action.putArray("sections");
    content.sections().forEach(section -> write(sections.addObject(), section));
  }

  static void write(ObjectNode node, CtaUrlContent content) {
    frame(node, "cta_url", content.header(), content.text(), content.footer());
    node.putObject("action")
        .put("name", "cta_url")
        .putObject("parameters")
        .put("display_text", content.displayText())
        .put("url", content.url().toString());
  }

  private static void write(ObjectNode node, ListSection section) {
    if (section.title() != null) {
      node.put("title", section.title());
    }
    ArrayNode rows = node.putArray("rows");
    for (ListRow row : section.rows()) {
      ObjectNode entry = rows.addObject().put("id", row.id()).put("title", row.title());
      if (row.description() != null) {
        entry.put("description", row.description());
      }
    }
  }

  private static void frame(
      ObjectNode node, String type, @Nullable String header, String text, @Nullable String footer) {
    node.put("type", type);
    if (header != null) {
      node.putObject("header").put("type", "text").put("text", header);
    }
    node.putObject("body").put("text", text);
    if (footer != null) {
      node.putObject("footer").put("text", footer);
    }
  }
}

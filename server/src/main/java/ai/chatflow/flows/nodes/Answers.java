package ai.chatflow.flows.nodes;

import ai.chatflow.api.model.ButtonReplyContent;
import ai.chatflow.api.model.ListReplyContent;
import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.platform.json.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// What a person said, seen as an answer.
public final class Answers {
  /// The fields of `message`.
  public static final List<String> FIELDS = List.of("type", "text", "button_id");

  private Answers() {}

  /// What was written, or stands on the button that was pressed; nothing for a picture or a voice
  /// note.
  public static Optional<String> text(MessageContent content) {
    return switch (content) {
      case TextContent text -> Optional.of(text.text());
      case ButtonReplyContent reply -> Optional.of(reply.title());
      case ListReplyContent reply -> Optional.of(reply.title());
      default -> Optional.empty();
    };
  }

  /// The id of the button or row that was chosen.
  static Optional<String> chosenId(MessageContent content) {
    return switch (content) {
      case ButtonReplyContent reply -> Optional.of(reply.id());
      case ListReplyContent reply -> Optional.of(reply.id());
      default -> Optional.empty();
    };
  }

  static Map<String, Object> facts(MessageContent content) {
    var facts = new HashMap<String, Object>();
    facts.put("type", Json.MAPPER.valueToTree(content).path("type").asText());
    text(content).ifPresent(text -> facts.put("text", text));
    chosenId(content).ifPresent(id -> facts.put("button_id", id));
    return facts;
  }

  /// Text as it is compared: without regard to case, and with single spaces.
  public static String folded(String text) {
    return text.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
  }

  /// Which of the titles was typed: the title itself, or its number from 1.
  static OptionalInt typed(String answer, List<String> titles) {
    String said = folded(answer);
    for (int i = 0; i < titles.size(); i++) {
      if (folded(titles.get(i)).equals(said)) {
        return OptionalInt.of(i);
      }
    }
    for (int i = 0; i < titles.size(); i++) {
      if (said.equals(Integer.toString(i + 1))) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }
}

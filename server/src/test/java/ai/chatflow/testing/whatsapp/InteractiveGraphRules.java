package ai.chatflow.testing.whatsapp;

import static ai.chatflow.testing.whatsapp.GraphRules.first;
import static ai.chatflow.testing.whatsapp.GraphRules.length;
import static ai.chatflow.testing.whatsapp.GraphRules.missing;

import ai.chatflow.testing.whatsapp.GraphRules.Violation;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;

/// What Meta refuses in interactive messages.
final class InteractiveGraphRules {
  private InteractiveGraphRules() {}

  static @Nullable Violation violation(JsonNode interactive) {
    JsonNode action = interactive.path("action");
    Violation rest =
        switch (interactive.path("type").asText()) {
          case "button" -> buttons(interactive, action);
          case "list" -> list(interactive, action);
          case "cta_url" -> link(interactive, action);
          default -> new Violation(131009, "interactive.type");
        };
    return first(rest, heading(interactive, "header"), heading(interactive, "footer"));
  }

  /// "Interactive reply buttons messages": body 1,024; 1 to 3 buttons; title 20; id 256; both
  /// unique.
  private static @Nullable Violation buttons(JsonNode interactive, JsonNode action) {
    JsonNode buttons = action.path("buttons");
    if (buttons.isEmpty() || buttons.size() > 3) {
      return new Violation(131009, "1 to 3 buttons");
    }
    var ids = new HashSet<String>();
    var titles = new HashSet<String>();
    for (JsonNode button : buttons) {
      JsonNode reply = button.path("reply");
      Violation wrong = first(length(reply, "id", 256), length(reply, "title", 20));
      if (wrong != null) {
        return wrong;
      }
      if (!ids.add(reply.get("id").asText()) || !titles.add(reply.get("title").asText())) {
        return new Violation(131009, "Buttons must differ");
      }
    }
    return length(interactive.path("body"), "text", 1_024);
  }

  /// "Interactive list messages": body 4,096; button 20; 1 to 10 sections and 10 rows in all;
  /// section title 24, required when there are several; row title 24, id 200 and unique,
  /// description 72.
  private static @Nullable Violation list(JsonNode interactive, JsonNode action) {
    JsonNode sections = action.path("sections");
    if (sections.isEmpty() || sections.size() > 10) {
      return new Violation(131009, "1 to 10 sections");
    }
    var ids = new HashSet<String>();
    int rows = 0;
    for (JsonNode section : sections) {
      if (sections.size() > 1 && length(section, "title", 24) != null) {
        return missing("section title");
      }
      for (JsonNode row : section.path("rows")) {
        rows++;
        Violation wrong =
            first(
                length(row, "id", 200),
                length(row, "title", 24),
                row.has("description") ? length(row, "description", 72) : null);
        if (wrong != null) {
          return wrong;
        }
        if (!ids.add(row.get("id").asText())) {
          return new Violation(131009, "Duplicated row id");
        }
      }
    }
    if (rows == 0 || rows > 10) {
      return new Violation(131009, "1 to 10 rows");
    }
    return first(length(interactive.path("body"), "text", 4_096), length(action, "button", 20));
  }

  /// "Interactive call-to-action URL button messages": body 1,024, label 20, a link.
  private static @Nullable Violation link(JsonNode interactive, JsonNode action) {
    JsonNode parameters = action.path("parameters");
    if (!"cta_url".equals(action.path("name").asText())) {
      return missing("action.name");
    }
    return first(
        length(interactive.path("body"), "text", 1_024),
        length(parameters, "display_text", 20),
        length(parameters, "url", 2_048));
  }

  private static @Nullable Violation heading(JsonNode interactive, String name) {
    return interactive.has(name) ? length(interactive.path(name), "text", 60) : null;
  }
}

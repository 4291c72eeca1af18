package ai.chatflow.content;

import ai.chatflow.api.model.ButtonsContent;
import ai.chatflow.api.model.CtaUrlContent;
import ai.chatflow.api.model.ListContent;
import ai.chatflow.api.model.ListRow;
import ai.chatflow.api.model.ListSection;
import ai.chatflow.api.model.ReplyButton;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Rules of contents that the person answers with a tap.
final class InteractiveRules {
  private InteractiveRules() {}

  static void check(Capabilities can, ButtonsContent content, Findings found) {
    var limits = can.buttons();
    found.text("/text", content.text(), limits.body());
    heading(can, content.header(), content.footer(), found);
    found.count("/buttons", content.buttons(), limits.count());
    var ids = new Column();
    var titles = new Column();
    for (int i = 0; i < content.buttons().size(); i++) {
      ReplyButton button = content.buttons().get(i);
      String pointer = "/buttons/" + i;
      found.id(pointer + "/id", button.id(), limits.id(), can.idBytes());
      found.text(pointer + "/title", button.title(), limits.title());
      ids.add(pointer + "/id", button.id());
      titles.add(pointer + "/title", button.title());
    }
    ids.check(found);
    titles.check(found);
  }

  static void check(Capabilities can, ListContent content, Findings found) {
    var limits = can.list();
    found.text("/text", content.text(), limits.body());
    heading(can, content.header(), content.footer(), found);
    found.text("/button", content.button(), limits.label());
    found.count("/sections", content.sections(), limits.sections());
    var ids = new Column();
    for (int i = 0; i < content.sections().size(); i++) {
      ListSection section = content.sections().get(i);
      String pointer = "/sections/" + i;
      if (content.sections().size() > 1) {
        found.text(pointer + "/title", section.title(), limits.sectionTitle());
      } else {
        found.optional(pointer + "/title", section.title(), limits.sectionTitle());
      }
      found.count(pointer + "/rows", section.rows(), limits.rows());
      for (int j = 0; j < section.rows().size(); j++) {
        row(can, pointer + "/rows/" + j, section.rows().get(j), ids, found);
      }
    }
    if (ids.size() > limits.rows()) {
      found.add(
          "/sections",
          "too_many",
          "This channel carries at most " + limits.rows() + " rows in all.");
    }
    ids.check(found);
  }

  static void check(Capabilities can, CtaUrlContent content, Findings found) {
    found.text("/text", content.text(), can.cta().body());
    heading(can, content.header(), content.footer(), found);
    found.text("/display_text", content.displayText(), can.cta().label());
    found.link("/url", content.url(), Set.of("https", "http"));
  }

  private static void row(
      Capabilities can, String pointer, ListRow row, Column ids, Findings found) {
    var limits = can.list();
    found.id(pointer + "/id", row.id(), limits.id(), can.idBytes());
    found.text(pointer + "/title", row.title(), limits.title());
    found.optional(pointer + "/description", row.description(), limits.description());
    ids.add(pointer + "/id", row.id());
  }

  private static void heading(
      Capabilities can, @Nullable String header, @Nullable String footer, Findings found) {
    found.optional("/header", header, can.heading());
    found.optional("/footer", footer, can.heading());
  }

  /// Values of one field over all elements, with where each stands.
  private static final class Column {
    private final List<String> pointers = new ArrayList<>();
    private final List<String> values = new ArrayList<>();

    void add(String pointer, @Nullable String value) {
      pointers.add(pointer);
      values.add(value == null ? "" : value);
    }

    int size() {
      return values.size();
    }

    void check(Findings found) {
      found.distinct(pointers, values);
    }
  }
}

package ai.chatflow.content;

import ai.chatflow.api.model.ButtonsContent;
import ai.chatflow.api.model.ListContent;
import ai.chatflow.api.model.MessageContent;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a person can choose from, in the order in which it is numbered from 1 where it is written
/// as text.
record Choices(List<Choice> all) {
  Choices {
    all = List.copyOf(all);
  }

  /// More than this is no answer by number or title.
  private static final int LONGEST = 500;

  private static final Pattern NUMBER = Pattern.compile("[#(]?\\s*(\\p{Nd}{1,3})\\s*\\)?");

  /// Marks that turn a digit into an emoji.
  private static final Pattern KEYCAP = Pattern.compile("[\\x{FE0F}\\x{20E3}]");

  private static final Pattern SPACES = Pattern.compile("\\s+");
  private static final Pattern END = Pattern.compile("[.!\\s]+$");

  /// One of them.
  ///
  /// @param section index of the section that it stands in; 0 for a button
  record Choice(String id, String title, @Nullable String description, int section) {}

  /// The choices of a content; none where it offers none.
  static Choices of(MessageContent content) {
    return switch (content) {
      case ButtonsContent buttons ->
          new Choices(
              buttons.buttons().stream()
                  .map(button -> new Choice(button.id(), button.title(), null, 0))
                  .toList());
      case ListContent list -> new Choices(rows(list));
      default -> new Choices(List.of());
    };
  }

  /// The choice whose title or number was typed. A title counts before a number, a title that two
  /// share does not count.
  Optional<Choice> typed(String said) {
    if (said.length() > LONGEST) {
      return Optional.empty();
    }
    String answer = folded(said);
    List<Choice> meant = all.stream().filter(c -> folded(c.title()).equals(answer)).toList();
    return meant.size() == 1 ? Optional.of(meant.getFirst()) : numbered(answer);
  }

  private Optional<Choice> numbered(String answer) {
    var number = NUMBER.matcher(answer);
    if (number.matches()) {
      int place = Integer.parseInt(number.group(1));
      return place >= 1 && place <= all.size() ? Optional.of(all.get(place - 1)) : Optional.empty();
    }
    for (int i = 0; i < all.size(); i++) {
      if (answer.equals(folded(i + 1 + ". " + all.get(i).title()))) {
        return Optional.of(all.get(i));
      }
    }
    return Optional.empty();
  }

  /// As it is compared: without regard to case, width, spaces and what ends a sentence.
  private static String folded(String text) {
    String plain = KEYCAP.matcher(Normalizer.normalize(text, Normalizer.Form.NFKC)).replaceAll("");
    String single = SPACES.matcher(plain.strip()).replaceAll(" ");
    return END.matcher(single).replaceAll("").toLowerCase(Locale.ROOT);
  }

  private static List<Choice> rows(ListContent list) {
    var rows = new ArrayList<Choice>();
    for (int i = 0; i < list.sections().size(); i++) {
      int section = i;
      list.sections()
          .get(i)
          .rows()
          .forEach(row -> rows.add(new Choice(row.id(), row.title(), row.description(), section)));
    }
    return rows;
  }
}

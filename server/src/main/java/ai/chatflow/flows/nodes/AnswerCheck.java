package ai.chatflow.flows.nodes;

import ai.chatflow.api.model.AnswerValidation;
import ai.chatflow.api.model.AnswerValidation.KindEnum;
import ai.chatflow.api.model.FlowFinding;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// Reads an answer as its question wants it: a number becomes a number, a phone number E.164, a
/// date ISO 8601, a choice its text as the author wrote it.
record AnswerCheck(@Nullable AnswerValidation validation) {
  /// The value, or nothing when the answer does not fit. `ownPhone` (E.164) tells the country of a
  /// number that is written without one.
  Optional<Object> read(String answer, @Nullable String ownPhone) {
    String text = answer.strip();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (validation == null) {
      return Optional.of(text);
    }
    return switch (validation.kind()) {
      case TEXT -> within(text.codePointCount(0, text.length())) ? some(text) : Optional.empty();
      case NUMBER -> Scalars.number(text).filter(this::numberWithin).map(Object.class::cast);
      case EMAIL -> Scalars.email(text).map(Object.class::cast);
      case PHONE -> Scalars.phone(text, ownPhone).map(Object.class::cast);
      case DATE -> Scalars.date(text).map(Object.class::cast);
      case REGEX -> matches(text) ? some(text) : Optional.empty();
      case CHOICE -> choice(text);
    };
  }

  private static Optional<Object> some(Object value) {
    return Optional.of(value);
  }

  private boolean numberWithin(Number number) {
    return within(number.doubleValue());
  }

  private boolean within(double size) {
    return validation == null
        || ((validation.min() == null || size >= validation.min())
            && (validation.max() == null || size <= validation.max()));
  }

  /// The whole answer must match. RE2 runs in time linear in the answer.
  private boolean matches(String text) {
    return validation != null
        && validation.pattern() != null
        && Pattern.compile(validation.pattern()).matches(text);
  }

  private Optional<Object> choice(String text) {
    List<String> choices = choices();
    OptionalInt typed = Answers.typed(text, choices);
    return typed.isPresent() ? some(choices.get(typed.getAsInt())) : Optional.empty();
  }

  private List<String> choices() {
    return validation == null || validation.choices() == null ? List.of() : validation.choices();
  }

  List<FlowFinding> findings(String at) {
    if (validation == null) {
      return List.of();
    }
    var findings = new ArrayList<FlowFinding>();
    if (validation.kind() == KindEnum.REGEX) {
      regexFinding().ifPresent(detail -> findings.add(regex(at, detail)));
    }
    if (validation.kind() == KindEnum.CHOICE && choices().isEmpty()) {
      findings.add(
          Findings.error(at + "/choices", "choices_missing", "A choice needs its `choices`"));
    }
    if (validation.min() != null
        && validation.max() != null
        && validation.min() > validation.max()) {
      findings.add(
          Findings.error(at + "/max", "range_empty", "`max` is less than `min`: nothing fits"));
    }
    return findings;
  }

  private static FlowFinding regex(String at, String detail) {
    return Findings.error(at + "/pattern", "regex_invalid", detail);
  }

  private Optional<String> regexFinding() {
    if (validation == null || validation.pattern() == null) {
      return Optional.of("A `regex` needs its `pattern`");
    }
    try {
      Pattern.compile(validation.pattern());
      return Optional.empty();
    } catch (PatternSyntaxException e) {
      return Optional.of("Not an RE2 expression: " + e.getDescription());
    }
  }
}

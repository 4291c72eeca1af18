package ai.chatflow.templates;

import ai.chatflow.api.model.MessageTemplateExample;
import ai.chatflow.api.model.MessageTemplateParameterFormat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The variables of a text: `{{1}}` or `{{first_name}}`. Source: Meta, "Template components ›
/// Parameter formats", "Common reasons of rejection".
///
/// @param names in the order in which they first stand, each once
record Variables(String text, List<String> names) {
  private static final Pattern VARIABLE = Pattern.compile("\\{\\{([^{}]*)}}");
  private static final Pattern NEXT_TO_EACH_OTHER = Pattern.compile("}}\\s*\\{\\{");
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");
  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,3}");

  Variables {
    names = List.copyOf(names);
  }

  static Variables of(@Nullable String text) {
    var names = new LinkedHashSet<String>();
    if (text != null) {
      VARIABLE.matcher(text).results().forEach(found -> names.add(found.group(1).strip()));
    }
    return new Variables(text == null ? "" : text, List.copyOf(names));
  }

  boolean none() {
    return names.isEmpty();
  }

  /// Rules of a text with variables, and their examples.
  ///
  /// @param found below the component: faults are at `text` and `examples`
  void check(
      MessageTemplateParameterFormat format,
      @Nullable List<MessageTemplateExample> examples,
      Faults found) {
    var at = found.at("text");
    String rest = VARIABLE.matcher(text).replaceAll("");
    if (rest.contains("{{") || rest.contains("}}")) {
      at.add("invalid_variable", "Braces that do not belong to a variable such as {{1}}.");
    }
    if (NEXT_TO_EACH_OTHER.matcher(text).find()) {
      at.add("invalid_variable", "Two variables need words between them.");
    }
    if (format == MessageTemplateParameterFormat.NAMED) {
      checkNames(at);
      checkNamedExamples(examples, found.at("examples"));
    } else {
      checkNumbers(at);
      checkCount(examples, found.at("examples"));
    }
  }

  /// A message neither begins nor ends with a variable.
  void checkEnds(Faults at) {
    String trimmed = text.strip();
    if (trimmed.startsWith("{{") || trimmed.endsWith("}}")) {
      at.add("invalid_variable", "The text neither begins nor ends with a variable.");
    }
  }

  private void checkNames(Faults at) {
    for (String name : names) {
      if (!NAME.matcher(name).matches()) {
        at.add("invalid_variable", "Names consist of a-z, 0-9 and _, and begin with a letter.");
        return;
      }
    }
  }

  private void checkNumbers(Faults at) {
    Set<String> wanted = new HashSet<>();
    for (int i = 1; i <= names.size(); i++) {
      wanted.add(Integer.toString(i));
    }
    boolean numbers = names.stream().allMatch(name -> NUMBER.matcher(name).matches());
    if (!numbers) {
      at.add("invalid_variable", "Positional variables are numbers: {{1}}, {{2}}.");
    } else if (!wanted.equals(new HashSet<>(names))) {
      at.add("invalid_variable", "Variables are numbered from 1 without gaps.");
    }
  }

  private void checkCount(@Nullable List<MessageTemplateExample> examples, Faults at) {
    int given = examples == null ? 0 : examples.size();
    if (given != names.size()) {
      at.add(
          given < names.size() ? "required" : "too_many",
          "One example for each variable: " + names.size() + ", not " + given + ".");
    }
    checkValues(examples, at);
  }

  private void checkNamedExamples(@Nullable List<MessageTemplateExample> examples, Faults at) {
    var named = new ArrayList<String>();
    if (examples != null) {
      for (int i = 0; i < examples.size(); i++) {
        String name = examples.get(i).name();
        if (name == null || !names.contains(name) || named.contains(name)) {
          at.at(i).at("name").add("not_found", "Names a variable of the text, each once.");
        } else {
          named.add(name);
        }
      }
    }
    for (String name : names) {
      if (!named.contains(name)) {
        at.add("required", "There is no example for {{" + name + "}}.");
      }
    }
    checkValues(examples, at);
  }

  private static void checkValues(@Nullable List<MessageTemplateExample> examples, Faults at) {
    for (int i = 0; examples != null && i < examples.size(); i++) {
      if (examples.get(i).value().isBlank()) {
        at.at(i).at("value").add("required", "Must not be empty.");
      }
    }
  }
}

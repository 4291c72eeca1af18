package ai.chatflow.templates;

import ai.chatflow.platform.errors.FieldError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Gathers what is wrong with a template, below a pointer.
record Faults(String pointer, List<FieldError> all) {
  Faults(String pointer) {
    this(pointer, new ArrayList<>());
  }

  /// What is further down goes to the same list.
  Faults at(String child) {
    return new Faults(pointer + "/" + child, all);
  }

  Faults at(int index) {
    return at(Integer.toString(index));
  }

  void add(String code, String detail) {
    all.add(new FieldError(pointer, code, detail));
  }

  /// A text that must be there and not be longer than `most`.
  void text(@Nullable String value, int most) {
    if (value == null || value.isBlank()) {
      add("required", "Must not be empty.");
    } else if (value.codePointCount(0, value.length()) > most) {
      add("too_long", "At most " + most + " characters.");
    }
  }

  /// What has no place here.
  void absent(@Nullable Object value, String detail) {
    if (value != null) {
      add("not_allowed", detail);
    }
  }

  /// What has to be here.
  void present(@Nullable Object value) {
    if (value == null) {
      add("required", "Must be given.");
    }
  }
}

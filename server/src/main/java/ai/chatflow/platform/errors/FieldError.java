package ai.chatflow.platform.errors;

import java.util.Objects;

/// One thing that is wrong with a body. `pointer` is a JSON Pointer (RFC 6901), `code` is stable
/// and lower_snake, `detail` is for people.
public record FieldError(String pointer, String code, String detail) {
  public FieldError {
    Objects.requireNonNull(pointer, "pointer");
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(detail, "detail");
  }
}

package ai.chatflow.operations;

import org.jspecify.annotations.Nullable;

/// How far an operation is, in a unit of its kind's choice.
///
/// @param total null while it is not known
public record Progress(long done, @Nullable Long total) {
  static final Progress NONE = new Progress(0, null);

  public Progress {
    if (done < 0 || total != null && total < 0) {
      throw new IllegalArgumentException("progress is not negative");
    }
  }
}

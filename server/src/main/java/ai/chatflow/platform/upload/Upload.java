package ai.chatflow.platform.upload;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// The file of a form. Nothing of it is in memory or on disk: its content is read once, from the
/// connection.
///
/// @param filename as the client wrote it, so not to be trusted
/// @param mimeType as the client says; null when it does not
/// @param content throws `BodyLimit.TooLarge` where it is longer than allowed
/// @param rest what comes after it
public record Upload(
    @Nullable String filename, @Nullable String mimeType, InputStream content, Rest rest) {

  /// What follows the file in its form.
  @FunctionalInterface
  public interface Rest {
    /// Reads to the end.
    ///
    /// @throws ai.chatflow.platform.errors.Invalid when the form has another part
    void check() throws IOException;
  }
}

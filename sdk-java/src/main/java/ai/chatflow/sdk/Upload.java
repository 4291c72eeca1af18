package ai.chatflow.sdk;

import java.io.FileNotFoundException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A file to upload: read while it is sent, never whole in memory, and again for each attempt.
///
/// ```java
/// Media media = client.media().create(Upload.of(Path.of("receipt.pdf")));
/// ```
public final class Upload {
  private final String filename;
  private final @Nullable String mimeType;
  private final Content content;

  /// Gives the content, once per attempt.
  @FunctionalInterface
  private interface Content {
    BodyPublisher open() throws FileNotFoundException;
  }

  private Upload(String filename, @Nullable String mimeType, Content content) {
    this.filename = Objects.requireNonNull(filename, "The name of the file is null.");
    this.mimeType = mimeType;
    this.content = content;
  }

  /// A file of the disk under its own name; the server finds out what it is.
  public static Upload of(Path file) {
    Path name = file.getFileName();
    return new Upload(name == null ? "" : name.toString(), null, () -> BodyPublishers.ofFile(file));
  }

  /// A file of the disk under another name. The server refuses it when it is of another type.
  public static Upload of(String filename, String mimeType, Path file) {
    return new Upload(
        filename, Objects.requireNonNull(mimeType), () -> BodyPublishers.ofFile(file));
  }

  /// What is in memory already.
  public static Upload of(String filename, String mimeType, byte[] content) {
    byte[] own = content.clone();
    return new Upload(
        filename, Objects.requireNonNull(mimeType), () -> BodyPublishers.ofByteArray(own));
  }

  public String filename() {
    return filename;
  }

  /// Null when the server is to find out.
  public @Nullable String mimeType() {
    return mimeType;
  }

  /// The content, from its beginning.
  ///
  /// @throws IllegalArgumentException when the file is not there
  public BodyPublisher content() {
    try {
      return content.open();
    } catch (FileNotFoundException e) {
      throw new IllegalArgumentException("There is no file to upload: " + e.getMessage(), e);
    }
  }
}

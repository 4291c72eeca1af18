package ai.chatflow.platform.http;

import ai.chatflow.api.model.ProblemCode;
import jakarta.ws.rs.WebApplicationException;
import java.io.IOException;
import java.io.InputStream;

/// Reads bodies up to a limit.
public final class BodyLimit {
  /// Largest body of an operation: 1 MiB.
  public static final int API = 1024 * 1024;

  /// Largest body of a provider's webhook: 3 MiB.
  public static final int HOOK = 3 * 1024 * 1024;

  private static final int LEFTOVER = 128 * 1024;

  private BodyLimit() {}

  /// @throws TooLarge when there is more than `limit` bytes
  public static byte[] read(InputStream in, int limit) throws IOException {
    var bytes = in.readNBytes(limit + 1);
    if (bytes.length > limit) {
      throw new TooLarge(limit);
    }
    return bytes;
  }

  /// Reads what a refusal left unread of an ordinary body, so that the connection can be used
  /// again: the server would close it without a word, and the client's next request would meet
  /// that.
  static void drain(InputStream in) {
    try {
      in.readNBytes(LEFTOVER);
    } catch (IOException | IllegalStateException _) {
      // the client has gone, or the body was never asked for as bytes
    }
  }

  /// The body is larger than allowed: 413.
  public static final class TooLarge extends WebApplicationException {
    private static final long serialVersionUID = 1L;

    private final long limit;

    public TooLarge(long limit) {
      super(ProblemCode.PAYLOAD_TOO_LARGE + ": at most " + limit + " bytes", 413);
      this.limit = limit;
    }

    /// What is allowed, for people.
    String allowed() {
      return "At most " + limit / API + " MiB.";
    }
  }
}

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

  private BodyLimit() {}

  /// @throws TooLarge when there is more than `limit` bytes
  public static byte[] read(InputStream in, int limit) throws IOException {
    var bytes = in.readNBytes(limit + 1);
    if (bytes.length > limit) {
      throw new TooLarge(limit);
    }
    return bytes;
  }

  /// The body is larger than allowed: 413.
  public static final class TooLarge extends WebApplicationException {
    private static final long serialVersionUID = 1L;

    TooLarge(int limit) {
      super(ProblemCode.PAYLOAD_TOO_LARGE + ": at most " + limit + " bytes", 413);
    }
  }
}

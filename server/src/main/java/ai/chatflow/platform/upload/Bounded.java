package ai.chatflow.platform.upload;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.errors.BadRequest;
import ai.chatflow.platform.http.BodyLimit;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Gives at most so many bytes; one more, and the body is refused. What cannot be read is the
/// caller's mistake, apart from what goes wrong where it is written to.
final class Bounded extends FilterInputStream {
  private static final int SKIPPED_AT_ONCE = 8 * 1024;

  private final long limit;
  private long read;

  Bounded(InputStream in, long limit) {
    super(in);
    this.limit = limit;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int count;
    try {
      count = in.read(bytes, offset, length);
    } catch (IOException e) {
      throw new BadRequest(
          ProblemCode.MALFORMED_REQUEST, "The form cannot be read: " + e.getMessage());
    }
    read += Math.max(count, 0);
    if (read > limit) {
      throw new BodyLimit.TooLarge(limit);
    }
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    return Math.max(0, read(new byte[(int) Math.min(count, SKIPPED_AT_ONCE)]));
  }
}

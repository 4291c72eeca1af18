package ai.chatflow.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Asks for the event stream and reads nothing of it until it is told to: unlike an HTTP client it
/// has no buffer of its own. It speaks HTTP/1.0, so that the answer comes as it is.
public final class DeafEventReader implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Socket socket = new Socket();

  public DeafEventReader(URI server, String key, long after) throws IOException {
    socket.setReceiveBufferSize(8 * 1024);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
    socket
        .getOutputStream()
        .write(
            """
            GET /v1/events/stream?cursor=%d HTTP/1.0\r
            Host: %s\r
            Authorization: Bearer %s\r
            \r
            """
                .formatted(after, server.getAuthority(), key)
                .getBytes(StandardCharsets.US_ASCII));
  }

  /// Whether something has come that could be read.
  public boolean isServed() throws IOException {
    return socket.getInputStream().available() > 0;
  }

  /// Reads at last whatever is on the way, to the end.
  ///
  /// @return the positions of the events that came whole
  /// @throws AssertionError when nothing comes for 20 seconds and the connection is open all the
  ///   same
  public List<Long> readAtLast() throws IOException {
    var received = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(received);
    } catch (SocketException _) {
      // cut off: what had come counts
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the connection is still open", e);
    }
    var positions = new ArrayList<Long>();
    var text = received.toString(StandardCharsets.UTF_8);
    int whole = text.lastIndexOf("\n\n");
    long id = -1;
    for (var line : text.substring(0, Math.max(0, whole)).split("\n", -1)) {
      if (line.startsWith("id: ")) {
        id = Long.parseLong(line.substring(4));
      } else if (line.startsWith("data: ")) {
        positions.add(id);
      }
    }
    return positions;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

package ai.chatflow.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// A client of `graphql-transport-ws` that says what it wants and takes no answer: unlike an HTTP
/// client it has no buffer of its own that would.
public final class DeafSocket implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int TEXT = 0x81;
  private static final int MASKED = 0x80;
  private static final int TWO_BYTES_OF_LENGTH = 126;

  private final Socket socket = new Socket();

  /// Opens a connection and initialises it with a key.
  public DeafSocket(URI server, String key) throws IOException {
    socket.setReceiveBufferSize(8 * 1024);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
    socket
        .getOutputStream()
        .write(
            """
            GET /graphql HTTP/1.1\r
            Host: %s\r
            Connection: Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
            Sec-WebSocket-Protocol: graphql-transport-ws\r
            \r
            """
                .formatted(server.getAuthority())
                .getBytes(StandardCharsets.US_ASCII));
    if (!head().startsWith("HTTP/1.1 101 ")) {
      throw new AssertionError("no WebSocket was opened");
    }
    say(GraphQlSocket.init(key));
  }

  public void subscribe(String id, String query) throws IOException {
    say(GraphQlSocket.subscription(id, query));
  }

  /// Reads at last, and returns whether there is an end within 20 seconds.
  public boolean ends() throws IOException {
    try {
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
      return true;
    } catch (SocketException _) {
      return true;
    } catch (SocketTimeoutException _) {
      return false;
    }
  }

  /// A text in one frame (RFC 6455, section 5.2), masked with zeros.
  private void say(String text) throws IOException {
    var payload = text.getBytes(StandardCharsets.UTF_8);
    var frame = new ByteArrayOutputStream();
    frame.write(TEXT);
    frame.write(MASKED | TWO_BYTES_OF_LENGTH);
    frame.write(payload.length >> 8);
    frame.write(payload.length);
    frame.writeBytes(new byte[4]);
    frame.writeBytes(payload);
    socket.getOutputStream().write(frame.toByteArray());
  }

  private String head() throws IOException {
    var in = socket.getInputStream();
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new AssertionError("the server has hung up");
      }
      head.append((char) next);
    }
    return head.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

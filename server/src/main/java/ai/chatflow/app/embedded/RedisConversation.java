package ai.chatflow.app.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/// The few words of RESP (redis.io/docs/latest/develop/reference/protocol-spec) that tell whether a
/// Redis is there and is ours.
final class RedisConversation {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private RedisConversation() {}

  /// True when the Redis on the loopback port takes the password and answers a ping.
  static boolean answers(int port, String password) {
    try (var socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) TIMEOUT.toMillis());
      socket.setSoTimeout((int) TIMEOUT.toMillis());
      var out = socket.getOutputStream();
      out.write(("AUTH " + password + "\r\nPING\r\n").getBytes(StandardCharsets.US_ASCII));
      out.flush();
      var expected = "+OK\r\n+PONG\r\n".getBytes(StandardCharsets.US_ASCII);
      var answer = socket.getInputStream().readNBytes(expected.length);
      return Arrays.equals(answer, expected);
    } catch (IOException _) {
      return false;
    }
  }
}

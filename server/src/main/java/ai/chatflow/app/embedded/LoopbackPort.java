package ai.chatflow.app.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/// A free port on the loopback address that is remembered in a file, so that it stays the same over
/// restarts while nobody else takes it.
final class LoopbackPort {
  // Below the range from which Linux and macOS serve outgoing connections: one of those cannot take
  // the port while the database restarts.
  private static final int FROM = 20_000;
  private static final int TO = 32_000;
  private static final int TRIES = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private LoopbackPort() {}

  static int remembered(Path file, RandomGenerator random) throws IOException {
    if (Files.exists(file)) {
      var text = Files.readString(file).strip();
      if (text.matches("\\d{1,5}") && becomesFree(Integer.parseInt(text))) {
        return Integer.parseInt(text);
      }
    }
    for (var i = 0; i < TRIES; i++) {
      var port = random.nextInt(FROM, TO);
      if (free(port)) {
        PrivateFiles.write(file, port + "\n");
        return port;
      }
    }
    throw new IOException("no free port between " + FROM + " and " + TO);
  }

  /// A killed process shows as ended while its last threads still hold the port for a moment.
  private static boolean becomesFree(int port) {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!free(port)) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
    return true;
  }

  private static boolean free(int port) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}

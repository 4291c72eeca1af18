package ai.chatflow.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A network between a client and a server that can be cut.
public final class CuttingProxy implements AutoCloseable {
  private final ServerSocket server;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /// @param target port on loopback
  public CuttingProxy(int target) {
    this.target = target;
    try {
      this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  public String url() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  /// How many connections there are.
  public int connections() {
    return open.size() / 2;
  }

  /// Breaks every connection; new ones are let through.
  public void cut() {
    open.forEach(CuttingProxy::end);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        var client = server.accept();
        Thread.ofVirtual().start(() -> join(client));
      } catch (IOException _) {
        return; // closed
      }
    }
  }

  private void join(Socket client) {
    try (client;
        var upstream = new Socket(InetAddress.getLoopbackAddress(), target)) {
      open.add(client);
      open.add(upstream);
      var answers = Thread.ofVirtual().start(() -> pump(upstream, client));
      pump(client, upstream);
      answers.join();
    } catch (IOException _) {
      // The server is not there.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void pump(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException _) {
      // One side has gone, and so does the other.
    } finally {
      end(from);
      end(to);
      open.remove(from);
      open.remove(to);
    }
  }

  private static void end(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    end(server);
    cut();
  }
}

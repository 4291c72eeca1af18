package ai.chatflow.testing;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// An endpoint that answers with whatever bytes a test wants, HTTP or not. Remembers the head of
/// each request; the connection is closed when the script ends.
public final class HostileServer implements AutoCloseable {
  /// Writes the answer. What it writes to a client that has gone fails, and that ends it.
  @FunctionalInterface
  public interface Script {
    void answer(OutputStream out) throws IOException;
  }

  private final ServerSocket server;
  private final Script script;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  public HostileServer(Script script) {
    this.script = script;
    try {
      this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  /// Writes this and hangs up.
  public static HostileServer saying(String answer) {
    return new HostileServer(out -> out.write(answer.getBytes(StandardCharsets.ISO_8859_1)));
  }

  /// Writes the beginning once and the rest for as long as somebody reads.
  public static HostileServer withoutEnd(String beginning, String rest) {
    return new HostileServer(
        out -> {
          out.write(beginning.getBytes(StandardCharsets.ISO_8859_1));
          var again = rest.getBytes(StandardCharsets.ISO_8859_1);
          while (true) {
            out.write(again);
          }
        });
  }

  public String url() {
    return "http://127.0.0.1:" + port() + "/";
  }

  public int port() {
    return server.getLocalPort();
  }

  /// The heads of what was asked, in lower case.
  public List<String> requests() {
    return List.copyOf(requests);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        var socket = server.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException _) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket) {
    try (socket;
        var out = socket.getOutputStream()) {
      requests.add(request(new BufferedInputStream(socket.getInputStream())));
      script.answer(out);
      out.flush();
    } catch (IOException _) {
      // The client has gone.
    } finally {
      open.remove(socket);
    }
  }

  private static String request(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("no request");
      }
      head.append((char) next);
    }
    var text = head.toString().toLowerCase(Locale.ROOT);
    int at = text.indexOf("content-length: ");
    if (at >= 0) {
      int end = text.indexOf("\r\n", at);
      in.readNBytes(Integer.parseInt(text, at + "content-length: ".length(), end, 10));
    }
    return text;
  }

  @Override
  public void close() {
    open.forEach(HostileServer::quietly);
    quietly(server);
  }

  private static void quietly(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

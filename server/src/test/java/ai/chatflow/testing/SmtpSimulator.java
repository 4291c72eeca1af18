package ai.chatflow.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An SMTP server on loopback that takes mails as RFC 5321 has them and remembers what broke it:
/// lines end in CRLF (2.3.8) and have at most 1,000 octets (4.5.3.1.6), commands come in their
/// order (4.1.4).
public final class SmtpSimulator implements AutoCloseable {
  private static final Pattern PATH = Pattern.compile("<([^<>\\s]*)>.*");
  private static final int LONGEST_LINE = 1_000;

  /// A mail that was taken.
  public record Taken(String from, String to, String message) {
    /// Of a header that stands there once.
    public String header(String name) {
      var found =
          message
              .lines()
              .takeWhile(line -> !line.isEmpty())
              .filter(line -> line.startsWith(name + ": "))
              .toList();
      if (found.size() != 1) {
        throw new AssertionError(name + " stands " + found.size() + " times in " + message);
      }
      return found.getFirst().substring(name.length() + 2);
    }
  }

  private final List<Taken> taken = new CopyOnWriteArrayList<>();
  private final List<String> offences = new CopyOnWriteArrayList<>();
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ServerSocket socket;
  private volatile boolean busy;

  public SmtpSimulator() {
    try {
      this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  public String url() {
    return "smtp://127.0.0.1:" + socket.getLocalPort();
  }

  public List<Taken> taken() {
    return List.copyOf(taken);
  }

  /// What clients did that they must not.
  public List<String> offences() {
    return List.copyOf(offences);
  }

  /// Answers 550 to this recipient.
  public void refuse(String recipient) {
    refused.add(recipient);
  }

  /// Answers 451 to every mail, or no longer.
  public void busy(boolean now) {
    busy = now;
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        var client = socket.accept();
        threads.execute(() -> serve(client));
      } catch (IOException _) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      new Conversation(client.getInputStream(), client.getOutputStream()).hold();
    } catch (IOException _) {
      // the client has gone
    }
  }

  private final class Conversation {
    private final InputStream in;
    private final OutputStream out;
    private String from = "";
    private String to = "";

    Conversation(InputStream in, OutputStream out) {
      this.in = new BufferedInputStream(in);
      this.out = out;
    }

    void hold() throws IOException {
      say("220 simulator");
      for (var line = line(); line != null; line = line()) {
        var command = line.split("[ :]", 2)[0].toUpperCase(Locale.ROOT);
        switch (command) {
          case "EHLO", "HELO", "RSET", "NOOP" -> say("250 simulator");
          case "MAIL" -> from(path(line));
          case "RCPT" -> to(path(line));
          case "DATA" -> data();
          case "QUIT" -> {
            say("221 bye");
            return;
          }
          default -> {
            offences.add(line);
            say("500 what?");
          }
        }
      }
    }

    private void from(String path) throws IOException {
      from = path;
      to = "";
      say("250 ok");
    }

    private void to(String path) throws IOException {
      if (from.isEmpty() || !to.isEmpty()) {
        offences.add("RCPT TO " + path);
      }
      if (refused.contains(path)) {
        say("550 5.1.1 no such mailbox");
      } else {
        to = path;
        say("250 ok");
      }
    }

    private void data() throws IOException {
      if (to.isEmpty()) {
        offences.add("DATA without a recipient");
        say("503 bad sequence");
        return;
      }
      say("354 go on");
      var message = new StringBuilder();
      for (var line = line(); line != null && !line.equals("."); line = line()) {
        message.append(line.startsWith(".") ? line.substring(1) : line).append('\n');
      }
      if (busy) {
        say("451 4.3.0 later");
      } else {
        taken.add(new Taken(from, to, message.toString()));
        say("250 taken");
      }
    }

    private String path(String line) {
      var matcher = PATH.matcher(line.substring(line.indexOf(':') + 1).strip());
      if (!matcher.matches()) {
        offences.add(line);
        return "";
      }
      return matcher.group(1);
    }

    private void say(String answer) throws IOException {
      out.write((answer + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }

    private @Nullable String line() throws IOException {
      var line = new ByteArrayOutputStream();
      for (int octet = in.read(); octet >= 0; octet = in.read()) {
        if (octet == '\r') {
          if (in.read() != '\n') {
            offences.add("CR without LF");
          }
          if (line.size() + 2 > LONGEST_LINE) {
            offences.add("a line of " + line.size());
          }
          return line.toString(StandardCharsets.UTF_8);
        }
        if (octet == '\n') {
          offences.add("LF without CR");
        }
        line.write(octet);
      }
      return null;
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }
}

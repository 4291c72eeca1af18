package ai.chatflow.testing.whatsapp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The simulator's own record of what it accepted: the ground truth of every count. With a file,
/// each line is written before the request is answered: wamid, callback data, recipient,
/// tab-separated.
public final class GraphLog {
  /// A message that was accepted.
  public record Accepted(String wamid, String callbackData, String recipient, String body) {}

  private final List<Accepted> accepted = new ArrayList<>();
  private final List<String> offences = new ArrayList<>();
  private final @Nullable Path file;
  private int calls;

  GraphLog(@Nullable Path file) {
    this.file = file;
  }

  synchronized void called() {
    calls++;
  }

  synchronized void add(Accepted message) {
    accepted.add(message);
    if (file != null) {
      String line =
          String.join("\t", message.wamid(), message.callbackData(), message.recipient()) + "\n";
      try {
        Files.write(
            file,
            line.getBytes(StandardCharsets.UTF_8),
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  synchronized void offended(String what) {
    offences.add(what);
  }

  /// Requests that Meta would not understand: each is a mistake of the product's. Takes them away.
  public synchronized List<String> takeOffences() {
    var taken = List.copyOf(offences);
    offences.clear();
    return taken;
  }

  public synchronized List<Accepted> accepted() {
    return List.copyOf(accepted);
  }

  /// All requests to send, accepted or not.
  public synchronized int calls() {
    return calls;
  }

  /// Messages that carry our id more often than once.
  public synchronized List<String> sentTwice() {
    var seen = new HashSet<String>();
    return accepted.stream()
        .map(Accepted::callbackData)
        .filter(id -> !seen.add(id))
        .distinct()
        .toList();
  }
}

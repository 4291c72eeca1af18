package ai.chatflow.platform.events;

import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.json.Json;
import ai.chatflow.platform.time.Monotonic;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// Follows the log of a workspace as server-sent events, on the thread of the request. It reads
/// pages as fast as the client takes them, so a slow one costs no memory; one that takes nothing is
/// dropped by the connection's idle time-out.
final class EventStream implements StreamingOutput {
  private static final int PAGE = 200;
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);
  private static final Duration HEARTBEAT = Duration.ofSeconds(14);

  /// Jersey holds back the head of an answer until 8 KiB are written, whatever is flushed; so a
  /// comment of that length opens the stream. What comes after it is sent as it is written.
  private static final String OPENING = ":" + " ".repeat(8 * 1024) + "\n\n";

  private final Db db;
  private final EventHub hub;
  private final Reader reader;
  private final Monotonic monotonic;
  private final EventStore store = new EventStore();
  private long written;

  /// Who reads what.
  ///
  /// @param standing asked every few seconds whether it may still read
  /// @param subjects ids that an event must be about, by kind
  record Reader(
      WorkspaceId workspace,
      BooleanSupplier standing,
      long after,
      List<EventType> types,
      Map<String, String> subjects) {

    boolean wants(StoredEvent event) {
      if (subjects.isEmpty()) {
        return true;
      }
      var subject = EventSubject.of(event);
      return subjects.entrySet().stream()
          .allMatch(e -> subject.id(e.getKey()).filter(e.getValue()::equals).isPresent());
    }
  }

  EventStream(Db db, EventHub hub, Monotonic monotonic, Reader reader) {
    this.db = db;
    this.hub = hub;
    this.monotonic = monotonic;
    this.reader = reader;
  }

  @Override
  public void write(OutputStream out) throws IOException {
    try (var subscription = hub.subscribe(reader.workspace())) {
      follow(out, subscription);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow(OutputStream out, EventHub.Subscription subscription)
      throws IOException, InterruptedException {
    long position = reader.after();
    send(out, OPENING + "id: " + position + "\n\n");
    long looked = position;
    long asked = monotonic.nanos();
    while (!hub.closed()) {
      position = step(out, position);
      if (monotonic.nanos() - written > HEARTBEAT.toNanos()) {
        send(out, "id: " + position + "\n\n");
      }
      if (monotonic.nanos() - asked > LOOK_AGAIN.toNanos()) {
        asked = monotonic.nanos();
        if (!reader.standing().getAsBoolean()) {
          return;
        }
      }
      if (position == looked) {
        subscription.await(LOOK_AGAIN);
      }
      looked = position;
    }
  }

  /// Writes a page; returns the position up to which everything was looked at.
  private long step(OutputStream out, long after) throws IOException {
    record Page(long head, List<StoredEvent> events) {}
    var page =
        db.inTransaction(
            reader.workspace(),
            tx -> {
              long head = store.head(tx);
              return new Page(
                  head, head > after ? store.page(tx, after, reader.types(), PAGE) : List.of());
            });
    var text = new StringBuilder();
    page.events().stream().filter(reader::wants).forEach(event -> frame(event, text));
    if (!text.isEmpty()) {
      send(out, text.toString());
    }
    long last = page.events().isEmpty() ? after : page.events().getLast().position();
    return page.events().size() == PAGE ? last : Math.max(last, page.head());
  }

  private static void frame(StoredEvent event, StringBuilder text) {
    text.append("id: ").append(event.position()).append('\n');
    text.append("event: ").append(event.type()).append('\n');
    text.append("data: ").append(Json.write(EventResource.toApi(event))).append("\n\n");
  }

  private void send(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
    written = monotonic.nanos();
  }
}

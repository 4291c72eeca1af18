package ai.chatflow.platform.events;

import ai.chatflow.platform.errors.Gone;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.json.Json;
import ai.chatflow.platform.time.Monotonic;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Follows the log of a workspace as server-sent events, on the thread of the request. It reads
/// pages as fast as the client takes them, so a slow one costs no memory; one that takes nothing is
/// cut off (`UnreadStreams`), and one so late that what it has not seen is no longer kept is ended.
final class EventStream implements StreamingOutput {
  private static final int PAGE = 200;
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);
  private static final Duration HEARTBEAT = Duration.ofSeconds(14);

  /// Jersey holds back the head of an answer until 8 KiB are written, whatever is flushed; so a
  /// comment of that length opens the stream. What comes after it is sent as it is written.
  private static final String OPENING = ":" + " ".repeat(8 * 1024) + "\n\n";

  private final LiveEvents log;
  private final EventHub hub;
  private final UnreadStreams unread;
  private final Monotonic monotonic;
  private final WorkspaceId workspace;
  private final Reader reader;
  private final long after;
  private final EventFilter filter;
  private long written;

  /// Who the stream is for.
  ///
  /// @param standing asked every few seconds whether it may still read
  /// @param cut ends its connection
  record Reader(BooleanSupplier standing, Runnable cut) {}

  /// What all streams use.
  record Surroundings(LiveEvents log, EventHub hub, UnreadStreams unread, Monotonic monotonic) {}

  EventStream(
      Surroundings around, WorkspaceId workspace, Reader reader, long after, EventFilter filter) {
    this.log = around.log();
    this.hub = around.hub();
    this.unread = around.unread();
    this.monotonic = around.monotonic();
    this.workspace = workspace;
    this.reader = reader;
    this.after = after;
    this.filter = filter;
  }

  @Override
  public void write(OutputStream out) {
    try (var subscription = hub.subscribe(workspace)) {
      follow(out, subscription);
    } catch (Gone _) {
      // Whoever comes back with the last id it got is told.
    } catch (IOException _) {
      // The client has gone, or was cut off: no failure of ours, and it may come back.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow(OutputStream out, EventHub.Subscription subscription)
      throws IOException, InterruptedException {
    long position = after;
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
  private long step(OutputStream out, long position) throws IOException {
    var stretch = log.next(workspace, position, filter, PAGE);
    var text = new StringBuilder();
    stretch.events().stream().filter(filter::wants).forEach(event -> frame(event, text));
    if (!text.isEmpty()) {
      send(out, text.toString());
    }
    return stretch.through();
  }

  private static void frame(StoredEvent event, StringBuilder text) {
    text.append("id: ").append(event.position()).append('\n');
    text.append("event: ").append(event.type()).append('\n');
    text.append("data: ").append(Json.write(EventResource.toApi(event))).append("\n\n");
  }

  private void send(OutputStream out, String text) throws IOException {
    unread.write(out, text.getBytes(StandardCharsets.UTF_8), reader.cut());
    written = monotonic.nanos();
  }
}

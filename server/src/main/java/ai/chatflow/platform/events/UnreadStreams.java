package ai.chatflow.platform.events;

import ai.chatflow.platform.time.Monotonic;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Cuts off who does not read. A thread that writes to such a client stands still, and the idle
/// time-out of its connection is long and counts complete silence only; so whoever writes says
/// since when, and `sweep` looks.
public final class UnreadStreams {
  /// How long a client may take for a piece of a page; the same as a message of a subscription.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(UnreadStreams.class);

  private static final int PIECE = 64 * 1024;

  private final Monotonic monotonic;
  private final Set<Writing> underWay = ConcurrentHashMap.newKeySet();

  public UnreadStreams(Monotonic monotonic) {
    this.monotonic = monotonic;
  }

  private final class Writing {
    private final long since = monotonic.nanos();
    private final Runnable cut;

    Writing(Runnable cut) {
      this.cut = cut;
    }
  }

  /// Returns when the network has taken it all.
  ///
  /// @param cut ends the connection
  /// @throws IOException when the client has gone, or was cut off
  void write(OutputStream out, byte[] bytes, Runnable cut) throws IOException {
    for (int from = 0; from < bytes.length; from += PIECE) {
      var writing = new Writing(cut);
      underWay.add(writing);
      try {
        out.write(bytes, from, Math.min(PIECE, bytes.length - from));
        out.flush();
      } finally {
        underWay.remove(writing);
      }
    }
  }

  /// Ends the connections of those who have taken too long; call it every second or so.
  public void sweep() {
    long now = monotonic.nanos();
    var late =
        underWay.stream().filter(writing -> now - writing.since > PATIENCE.toNanos()).toList();
    for (var writing : late) {
      if (underWay.remove(writing)) {
        log.info("Who follows the events and does not read was cut off.");
        writing.cut.run();
      }
    }
  }
}

package ai.chatflow.platform.graphql.socket;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;

/// Sends one message after the other, each when the network has taken the one before. Who sends
/// waits: nothing piles up for a client that reads slowly, and one that does not take a message in
/// time is dropped.
final class Outbox {
  private final Session session;
  private final Duration patience;
  private final ReentrantLock turn = new ReentrantLock(true);
  private volatile boolean closed;

  /// @param patience how long a client may take for one message
  Outbox(Session session, Duration patience) {
    this.session = session;
    this.patience = patience;
  }

  /// Returns when the message is on its way, or was dropped because the connection is closed.
  void send(String text) {
    turn.lock();
    try {
      if (!closed) {
        sendNow(text);
      }
    } finally {
      turn.unlock();
    }
  }

  /// Sends it unless another message is on its way at the moment.
  void sendIfIdle(String text) {
    if (turn.tryLock()) {
      try {
        if (!closed) {
          sendNow(text);
        }
      } finally {
        turn.unlock();
      }
    }
  }

  private void sendNow(String text) {
    var sent = new Callback.Completable();
    session.sendText(text, sent);
    try {
      sent.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      close(CloseCode.TOO_SLOW, "Too slow");
    } catch (ExecutionException _) {
      // The client has gone; the session says so itself.
      closed = true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  boolean closed() {
    return closed;
  }

  /// Sends nothing any more. What is on its way goes out before the code.
  void close(CloseCode code, String reason) {
    closed = true;
    session.close(code.number(), reason, Callback.NOOP);
  }

  /// Without another word.
  void cut() {
    closed = true;
    session.disconnect();
  }
}

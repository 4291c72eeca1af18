package ai.chatflow.platform.graphql.socket;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.errors.BadRequest;
import ai.chatflow.platform.errors.DomainException;
import ai.chatflow.platform.errors.Unavailable;
import ai.chatflow.platform.graphql.GraphAnswer;
import ai.chatflow.platform.graphql.GraphEngine;
import ai.chatflow.platform.graphql.GraphRequest;
import ai.chatflow.platform.graphql.LiveResults;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// One operation of a connection, on a thread of its own.
final class Operation {
  private static final Logger log = LoggerFactory.getLogger(Operation.class);

  /// Longest message to a client, in characters: 4 Mi.
  private static final int LONGEST = 4 * 1024 * 1024;

  private final String id;
  private final GraphEngine engine;
  private final Line line;
  private volatile boolean cancelled;
  private @Nullable LiveResults live;

  /// The connection, as an operation sees it.
  interface Line {
    void send(String message);

    /// The operation has ended: its id is free before the client hears of it.
    void ended(Operation operation);

    void close(CloseCode code, String reason);
  }

  Operation(String id, GraphEngine engine, Line line) {
    this.id = id;
    this.engine = engine;
    this.line = line;
  }

  String id() {
    return id;
  }

  /// From any thread: the client wants no more, or is gone.
  synchronized void cancel() {
    cancelled = true;
    if (live != null) {
      live.cancel();
    }
  }

  private synchronized boolean begin(LiveResults results) {
    live = results;
    if (cancelled) {
      results.cancel();
    }
    return !cancelled;
  }

  /// Executes the request as the context says.
  void run(RequestContext context, GraphRequest request) {
    MDC.put("request", context.requestId());
    MDC.put("workspace", context.workspace().toString());
    try {
      context.<@Nullable Void, RuntimeException>call(
          () -> {
            answer(request);
            return null;
          });
    } catch (RuntimeException e) {
      if (!cancelled) {
        log.error("A GraphQL operation on a WebSocket failed on our side.", e);
        line.close(CloseCode.TRY_AGAIN_LATER, "Something failed on our side");
      }
    } finally {
      line.ended(this);
    }
  }

  private void answer(GraphRequest request) {
    try {
      switch (engine.open(request)) {
        case GraphAnswer.Refused refused -> end(ServerMessage.error(id, refused.errors()));
        case GraphAnswer.Whole whole -> whole(whole.result());
        case GraphAnswer.Live begun -> follow(begun.results());
      }
    } catch (Unavailable away) {
      throw away;
    } catch (DomainException refusal) {
      end(ServerMessage.error(id, engine.explain(refusal)));
    } catch (CancellationException _) {
      cancel();
    }
  }

  /// Nothing of a request without data was done.
  private void whole(Map<String, Object> result) {
    if (result.get("data") == null && result.get("errors") instanceof List<?> errors) {
      end(ServerMessage.error(id, errors));
    } else {
      send(result);
      end(ServerMessage.complete(id));
    }
  }

  private void follow(LiveResults results) {
    if (begin(results)) {
      results.follow(
          result -> {
            // A result with a hole that is our fault is no result: the client comes back for it.
            var failure = RequestContext.current().failure();
            if (failure != null) {
              throw new IllegalStateException("an event could not be read", failure);
            }
            send(result);
          });
      if (!cancelled) {
        // The log has no end: the node has. A `complete` would say that there is no more to come.
        line.close(CloseCode.GOING_AWAY, "Going away");
      }
    }
  }

  private void send(Map<String, Object> result) {
    var text = ServerMessage.next(id, result);
    if (text.length() > LONGEST) {
      throw new BadRequest(
          ProblemCode.QUERY_TOO_COSTLY, "The answer is longer than 4 Mi characters.");
    }
    if (!cancelled) {
      line.send(text);
    }
  }

  private void end(String message) {
    var wanted = !cancelled;
    cancel();
    line.ended(this);
    if (wanted) {
      line.send(message);
    }
  }
}

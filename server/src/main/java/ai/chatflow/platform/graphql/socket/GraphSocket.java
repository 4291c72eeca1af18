package ai.chatflow.platform.graphql.socket;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.context.Principal;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.errors.DomainException;
import ai.chatflow.platform.errors.RateLimited;
import ai.chatflow.platform.errors.Unauthorized;
import ai.chatflow.platform.graphql.GraphRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection. Its messages are handled one by one; the next is read when the one before is
/// done, so that a client which floods is held up by its own connection. Public, because Jetty
/// calls it by reflection.
public final class GraphSocket implements Session.Listener, Operation.Line {
  /// Operations at once on one connection.
  static final int MOST_OPERATIONS = 32;

  private static final Logger log = LoggerFactory.getLogger(GraphSocket.class);
  private static final Duration INITIALISATION = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration HEARTBEAT = Duration.ofSeconds(12);
  private static final Duration SILENCE = Duration.ofSeconds(40);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(400);
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final GraphSockets sockets;
  private final GraphSockets.Upgrade upgrade;
  private final Map<String, Operation> operations = new ConcurrentHashMap<>();
  private final CountDownLatch gone = new CountDownLatch(1);
  private @Nullable Session session;
  private @Nullable Outbox out;
  private volatile @Nullable Caller caller;
  private volatile long heard;
  private boolean initialised;

  /// Who has initialised the connection.
  private record Caller(Principal principal, @Nullable String authorization) {}

  GraphSocket(GraphSockets sockets, GraphSockets.Upgrade upgrade) {
    this.sockets = sockets;
    this.upgrade = upgrade;
  }

  @Override
  public void onWebSocketOpen(Session opened) {
    session = opened;
    out = new Outbox(opened, PATIENCE);
    heard = nanos();
    if (!sockets.admit(this)) {
      close(CloseCode.GOING_AWAY, "Going away");
    } else if (!upgrade.speaksProtocol()) {
      close(CloseCode.SUBPROTOCOL_NOT_ACCEPTABLE, "Subprotocol not acceptable");
    }
    Thread.ofVirtual().name("graphql-watch").start(this::watch);
    opened.demand();
  }

  @Override
  public void onWebSocketText(String text) {
    heard = nanos();
    Thread.ofVirtual()
        .name("graphql-message")
        .start(
            () -> {
              handle(text);
              session().demand();
            });
  }

  @Override
  public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
    callback.succeed();
    close(CloseCode.INVALID_MESSAGE, "Invalid message: binary");
    session().demand();
  }

  /// A client that has gone, or said what the protocol of WebSockets does not allow: Jetty closes.
  @Override
  public void onWebSocketError(Throwable cause) {
    log.debug("A WebSocket has ended.", cause);
  }

  @Override
  public void onWebSocketClose(int code, @Nullable String reason, Callback callback) {
    gone.countDown();
    sockets.forget(this);
    operations.values().forEach(Operation::cancel);
    callback.succeed();
  }

  private void handle(String text) {
    if (out().closed()) {
      return;
    }
    try {
      switch (ClientMessage.read(text)) {
        case ClientMessage.Init init -> initialise(init);
        case ClientMessage.Ping ping -> send(ServerMessage.pong(ping.payload()));
        case ClientMessage.Pong _ -> {}
        case ClientMessage.Subscribe asked -> subscribe(asked.id(), asked.request());
        case ClientMessage.Complete done -> complete(done.id());
      }
    } catch (Violation violation) {
      close(violation.code(), String.valueOf(violation.getMessage()));
    } catch (RuntimeException e) {
      log.error("A message on a WebSocket could not be handled.", e);
      close(CloseCode.TRY_AGAIN_LATER, "Something failed on our side");
    }
  }

  private void initialise(ClientMessage.Init init) throws Violation {
    if (initialised) {
      throw new Violation(CloseCode.TOO_MANY_INITIALISATIONS, "Too many initialisation requests");
    }
    initialised = true;
    var authorization =
        init.authorization() == null ? upgrade.authorization() : init.authorization();
    try {
      var principal = sockets.shared().authenticator().authenticate(authorization);
      if (sockets.isCrowded(principal.workspace())) {
        throw new Violation(CloseCode.TRY_AGAIN_LATER, "Too many connections of this workspace");
      }
      caller = new Caller(principal, authorization);
      send(ServerMessage.ACKNOWLEDGED);
    } catch (Unauthorized _) {
      // Counted as over HTTP, so that keys are not guessed without end.
      throw sockets.shared().limits().admits(upgrade.address())
          ? new Violation(CloseCode.UNAUTHORIZED, "Unauthorized")
          : new Violation(CloseCode.TRY_AGAIN_LATER, "Too many attempts");
    }
  }

  private void subscribe(String id, GraphRequest request) throws Violation {
    var asking = caller;
    if (asking == null) {
      throw new Violation(CloseCode.UNAUTHORIZED, "Unauthorized");
    }
    if (operations.containsKey(id)) {
      var shown =
          id.chars().allMatch(c -> c > ' ' && c < 127) && id.length() <= 64 ? id : "this id";
      throw new Violation(
          CloseCode.SUBSCRIBER_ALREADY_EXISTS, "Subscriber for " + shown + " already exists");
    }
    var shared = sockets.shared();
    var context =
        new RequestContext(
            shared.ids().next().toString(),
            GraphSockets.PATH,
            asking.principal(),
            () -> stands(asking),
            () -> {});
    var refusal = refusal(asking);
    if (refusal != null) {
      send(ServerMessage.error(id, context.call(() -> shared.engine().explain(refusal))));
      return;
    }
    var operation = new Operation(id, shared.engine(), this);
    operations.put(id, operation);
    Thread.ofVirtual().name("graphql-operation").start(() -> operation.run(context, request));
    if (gone.getCount() == 0) {
      operation.cancel();
    }
  }

  private @Nullable DomainException refusal(Caller asking) {
    if (operations.size() >= MOST_OPERATIONS) {
      return new RateLimited(
          ProblemCode.RATE_LIMITED,
          "At most " + MOST_OPERATIONS + " operations at once on one connection.",
          Duration.ofSeconds(1));
    }
    return sockets.shared().limits().admits(asking.principal().key())
        ? null
        : new RateLimited(
            ProblemCode.RATE_LIMITED,
            "This key has made too many requests.",
            Duration.ofSeconds(1));
  }

  private void complete(String id) {
    var operation = operations.remove(id);
    if (operation != null) {
      operation.cancel();
    }
  }

  /// Looks several times a second whether the connection may go on.
  private void watch() {
    try {
      long opened = nanos();
      long beaten = opened;
      while (!gone.await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS) && !out().closed()) {
        long now = nanos();
        var asking = caller;
        if (asking == null && now - opened > INITIALISATION.toNanos()) {
          close(CloseCode.INITIALISATION_TIMEOUT, "Connection initialisation timeout");
        } else if (asking != null && !stands(asking)) {
          close(CloseCode.UNAUTHORIZED, "Unauthorized");
        } else if (now - heard > SILENCE.toNanos()) {
          close(CloseCode.TOO_SLOW, "No sign of life");
        } else if (asking != null && now - beaten > HEARTBEAT.toNanos()) {
          beaten = now;
          out().sendIfIdle(ServerMessage.PING);
        }
      }
      if (!gone.await(FAREWELL.toMillis(), TimeUnit.MILLISECONDS)) {
        out().cut();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean stands(Caller asking) {
    try {
      return sockets
          .shared()
          .authenticator()
          .authenticate(asking.authorization())
          .equals(asking.principal());
    } catch (Unauthorized _) {
      return false;
    } catch (RuntimeException e) {
      // The database is away, and with it the log: there is nothing to read until it answers.
      log.warn("The key of a WebSocket could not be looked at again.", e);
      return true;
    }
  }

  /// The workspace of whoever has initialised it.
  boolean belongsTo(Object workspace) {
    var asking = caller;
    return asking != null && asking.principal().workspace().equals(workspace);
  }

  @Override
  public void send(String message) {
    out().send(message);
  }

  @Override
  public void ended(Operation operation) {
    operations.remove(operation.id(), operation);
  }

  @Override
  public void close(CloseCode code, String reason) {
    out().close(code, reason);
    operations.values().forEach(Operation::cancel);
  }

  private long nanos() {
    return sockets.shared().monotonic().nanos();
  }

  private Session session() {
    return Objects.requireNonNull(session);
  }

  private Outbox out() {
    return Objects.requireNonNull(out);
  }
}

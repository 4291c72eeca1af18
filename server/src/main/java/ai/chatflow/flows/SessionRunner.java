package ai.chatflow.flows;

import ai.chatflow.api.model.FlowSessionEventData;
import ai.chatflow.api.model.FlowSessionStatus;
import ai.chatflow.flows.engine.Engine;
import ai.chatflow.flows.engine.EngineInput;
import ai.chatflow.flows.engine.FlowGraph;
import ai.chatflow.flows.engine.SessionState;
import ai.chatflow.flows.engine.Sprint;
import ai.chatflow.flows.nodes.Answers;
import ai.chatflow.flows.nodes.Effect;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.DomainException;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.errors.Unavailable;
import ai.chatflow.platform.events.EventLog;
import ai.chatflow.platform.events.EventType;
import ai.chatflow.platform.ids.FlowId;
import ai.chatflow.platform.ids.FlowSessionId;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.WorkspaceId;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives a message to the session that waits for it, or to a flow that it starts. An answer belongs
/// to the waiting session even when it is also a keyword; only when nothing waits do triggers
/// count.
///
/// Everything happens in the transaction of the message: session, replies, events. Trouble in a
/// flow makes its session fail; only trouble with the database comes out, so that the message is
/// tried again. The replies of a sprint go out together or not at all.
final class SessionRunner {
  private static final Logger LOG = LoggerFactory.getLogger(SessionRunner.class);
  private static final String SAVEPOINT = "flow_replies";
  private static final int CACHED_GRAPHS = 1_000;

  private record VersionKey(WorkspaceId workspace, FlowId flow, int number) {}

  private final Engine engine;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final EventLog events;
  private final FlowStore flows = new FlowStore();
  private final FlowTriggerStore triggers = new FlowTriggerStore();
  private final FlowSessionStore sessions = new FlowSessionStore();
  private final Cache<VersionKey, FlowGraph> graphs =
      Caffeine.newBuilder().maximumSize(CACHED_GRAPHS).build();

  SessionRunner(
      Engine engine,
      IdGenerator ids,
      InstantSource clock,
      RandomGenerator random,
      EventLog events) {
    this.engine = engine;
    this.ids = ids;
    this.clock = clock;
    this.random = random;
    this.events = events;
  }

  void receive(WorkspaceTx tx, Incoming incoming, Reply reply) {
    sessions.lockTurn(tx, incoming.contact(), incoming.channel());
    var waiting = sessions.lockWaiting(tx, incoming.contact(), incoming.channel());
    if (waiting.isPresent()) {
      var after = sprint(tx, waiting.get(), incoming, reply);
      sessions.update(tx, after);
      announceEnd(tx, after);
      return;
    }
    var text = Answers.text(incoming.content()).orElse(null);
    triggers
        .match(tx, incoming.channel(), text)
        .ifPresent(match -> start(tx, match, incoming, reply));
  }

  private void start(WorkspaceTx tx, FlowTriggerStore.Match match, Incoming incoming, Reply reply) {
    var now = clock.instant();
    var session =
        new FlowSession(
            new FlowSessionId(ids.next()),
            match.flow(),
            match.version(),
            incoming.contact(),
            incoming.channel(),
            incoming.conversation(),
            SessionState.fresh(),
            now,
            now);
    announce(tx, EventType.FLOW_SESSION_STARTED, session);
    var after = sprint(tx, session, incoming, reply);
    sessions.insert(tx, after);
    announceEnd(tx, after);
  }

  private FlowSession sprint(WorkspaceTx tx, FlowSession session, Incoming incoming, Reply reply) {
    tx.handle().savepoint(SAVEPOINT);
    SessionState after;
    try {
      after = runAndReply(tx, session, incoming, reply);
      tx.handle().releaseSavepoint(SAVEPOINT);
    } catch (Unavailable | JdbiException e) {
      throw e;
    } catch (DomainException e) {
      tx.handle().rollbackToSavepoint(SAVEPOINT);
      after = session.state().failedAt(session.state().nodeId(), "Not sent: " + reason(e));
    } catch (RuntimeException e) {
      LOG.error("A flow broke; its session fails. flow={}", session.flow(), e);
      tx.handle().rollbackToSavepoint(SAVEPOINT);
      after = session.state().failedAt(session.state().nodeId(), "Internal error");
    }
    return session.with(after, clock.instant());
  }

  /// Nobody sees the pointers of what a flow has said: the first of them has to do.
  private static String reason(DomainException e) {
    return e instanceof Invalid invalid && !invalid.errors().isEmpty()
        ? e.detail() + " " + invalid.errors().getFirst().detail()
        : e.detail();
  }

  private SessionState runAndReply(
      WorkspaceTx tx, FlowSession session, Incoming incoming, Reply reply) {
    Optional<FlowGraph> graph = graph(tx, session);
    if (graph.isEmpty()) {
      return session
          .state()
          .failedAt(session.state().nodeId(), "The flow was deleted while it ran");
    }
    var input = new EngineInput(incoming.person(), incoming.content());
    Sprint sprint = engine.run(graph.get(), session.state(), input, clock.instant(), random);
    for (Effect effect : sprint.effects()) {
      switch (effect) {
        case Effect.Send send -> reply.send(send.content());
      }
    }
    return sprint.state();
  }

  /// Versions never change, so a graph is made once.
  private Optional<FlowGraph> graph(WorkspaceTx tx, FlowSession session) {
    var key = new VersionKey(tx.workspace(), session.flow(), session.version());
    FlowGraph cached = graphs.getIfPresent(key);
    if (cached != null) {
      return Optional.of(cached);
    }
    var graph =
        flows
            .version(tx, session.flow(), session.version())
            .map(version -> FlowGraph.of(version.definition()));
    graph.ifPresent(made -> graphs.put(key, made));
    return graph;
  }

  private void announceEnd(WorkspaceTx tx, FlowSession session) {
    FlowSessionStatus status = session.state().status();
    switch (status) {
      case COMPLETED -> announce(tx, EventType.FLOW_SESSION_COMPLETED, session);
      case FAILED -> announce(tx, EventType.FLOW_SESSION_FAILED, session);
      case WAITING, CANCELLED -> {}
    }
  }

  private void announce(WorkspaceTx tx, EventType type, FlowSession session) {
    events.append(tx, type, new FlowSessionEventData(FlowMapper.toApi(session)));
  }
}

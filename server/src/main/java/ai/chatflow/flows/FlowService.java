package ai.chatflow.flows;

import ai.chatflow.api.model.CreateFlowRequest;
import ai.chatflow.api.model.FlowDefinition;
import ai.chatflow.api.model.FlowEventData;
import ai.chatflow.api.model.FlowFinding;
import ai.chatflow.api.model.FlowFinding.SeverityEnum;
import ai.chatflow.api.model.FlowStatus;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.api.model.UpdateFlowRequest;
import ai.chatflow.flows.engine.FlowInspector;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.Conflict;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.errors.NotFound;
import ai.chatflow.platform.events.EventLog;
import ai.chatflow.platform.events.EventType;
import ai.chatflow.platform.http.ETags;
import ai.chatflow.platform.http.Page;
import ai.chatflow.platform.http.PageRequest;
import ai.chatflow.platform.ids.FlowId;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.WorkspaceId;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The door to flows and their versions.
public final class FlowService {
  private static final int ALL_VERSIONS = Integer.MAX_VALUE;

  private final Db db;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final EventLog events;
  private final FlowInspector inspector;
  private final FlowStore flows = new FlowStore();
  private final FlowTriggerStore triggers = new FlowTriggerStore();
  private final FlowSessionStore sessions = new FlowSessionStore();

  public FlowService(
      Db db, IdGenerator ids, InstantSource clock, EventLog events, FlowInspector inspector) {
    this.db = db;
    this.ids = ids;
    this.clock = clock;
    this.events = events;
    this.inspector = inspector;
  }

  public Flow get(WorkspaceId workspace, FlowId id) {
    return db.inTransaction(workspace, tx -> get(tx, id));
  }

  private Flow get(WorkspaceTx tx, FlowId id) {
    return flows.find(tx, id).orElseThrow(() -> unknown(id));
  }

  /// Newest first.
  public Page<Flow> list(WorkspaceId workspace, PageRequest page) {
    return page.newestFirst(
        (before, limit) -> db.inTransaction(workspace, tx -> flows.list(tx, before, limit)),
        flow -> flow.id().value());
  }

  /// Makes a draft.
  public Flow create(WorkspaceId workspace, CreateFlowRequest request) {
    DefinitionCheck.check(request.definition());
    var metadata = Objects.requireNonNullElse(request.metadata(), Map.<String, String>of());
    var flow =
        Flow.draft(
            new FlowId(ids.next()),
            request.name(),
            request.definition(),
            metadata,
            clock.instant());
    db.useTransaction(workspace, tx -> flows.insert(tx, flow));
    return flow;
  }

  /// Changes the draft; what runs goes on unchanged. `ifMatch` is required.
  public Flow update(
      WorkspaceId workspace, FlowId id, @Nullable String ifMatch, UpdateFlowRequest patch) {
    var expected = ETags.required(ifMatch);
    FlowDefinition definition = patch.definition();
    if (definition != null) {
      DefinitionCheck.check(definition);
    }
    return db.inTransaction(
        workspace,
        tx -> {
          var before = lock(tx, id, expected);
          var after = before.patched(patch.name(), definition, patch.metadata(), clock.instant());
          flows.update(tx, after);
          return after;
        });
  }

  /// Deletes the flow with its versions and cancels the sessions that wait in it. `ifMatch` is
  /// required.
  public void delete(WorkspaceId workspace, FlowId id, @Nullable String ifMatch) {
    var expected = ETags.required(ifMatch);
    db.useTransaction(
        workspace,
        tx -> {
          lock(tx, id, expected);
          flows.delete(tx, id);
          sessions.cancelWaiting(tx, id, clock.instant());
        });
  }

  /// What is wrong with the draft.
  public List<FlowFinding> inspect(WorkspaceId workspace, FlowId id) {
    return inspector.inspect(get(workspace, id).definition());
  }

  /// Makes a version of the draft and lets it run.
  ///
  /// @throws Conflict `flow_not_publishable`, with the findings as errors
  public Flow publish(WorkspaceId workspace, FlowId id, @Nullable String ifMatch) {
    return db.inTransaction(
        workspace,
        tx -> {
          var before = lock(tx, id, ifMatch);
          requirePublishable(before.definition());
          var after = before.published(clock.instant());
          var version =
              new FlowVersion(id, after.lastVersion(), after.definition(), after.updatedAt());
          flows.update(tx, after);
          flows.insertVersion(tx, version);
          triggers.replace(tx, id, after.definition().triggers());
          events.append(
              tx, EventType.FLOW_PUBLISHED, new FlowEventData(id, after.name(), version.number()));
          return after;
        });
  }

  /// Takes the flow offline. A flow that is offline stays as it is.
  public Flow unpublish(WorkspaceId workspace, FlowId id, @Nullable String ifMatch) {
    return db.inTransaction(
        workspace,
        tx -> {
          var before = lock(tx, id, ifMatch);
          if (before.status() == FlowStatus.DRAFT) {
            return before;
          }
          var after = before.unpublished(clock.instant());
          flows.update(tx, after);
          triggers.clear(tx, id);
          return after;
        });
  }

  public FlowVersion version(WorkspaceId workspace, FlowId id, int number) {
    return db.inTransaction(
        workspace,
        tx -> {
          get(tx, id);
          return flows.version(tx, id, number).orElseThrow(() -> unknownVersion(id, number));
        });
  }

  /// Newest first.
  public Page<FlowVersion> versions(WorkspaceId workspace, FlowId id, PageRequest page) {
    int below = page.after().map(Integer::parseInt).orElse(ALL_VERSIONS);
    var rows =
        db.inTransaction(
            workspace,
            tx -> {
              get(tx, id);
              return flows.versions(tx, id, below, page.limit() + 1);
            });
    return Page.of(rows, page.limit(), version -> Integer.toString(version.number()));
  }

  private Flow lock(WorkspaceTx tx, FlowId id, @Nullable String ifMatch) {
    var flow = flows.lock(tx, id).orElseThrow(() -> unknown(id));
    ETags.check(ifMatch, flow.version());
    return flow;
  }

  private void requirePublishable(FlowDefinition definition) {
    List<FlowFinding> findings = inspector.inspect(definition);
    if (!FlowInspector.publishable(findings)) {
      var errors =
          findings.stream()
              .filter(finding -> finding.severity() == SeverityEnum.ERROR)
              .limit(100)
              .map(f -> new FieldError("/definition" + f.pointer(), f.code(), f.detail()))
              .toList();
      throw new Conflict(
          ProblemCode.FLOW_NOT_PUBLISHABLE, "The draft has errors; `inspect` lists all.", errors);
    }
  }

  private static NotFound unknown(FlowId id) {
    return new NotFound(ProblemCode.NOT_FOUND, "No flow " + id + ".");
  }

  private static NotFound unknownVersion(FlowId id, int number) {
    return new NotFound(ProblemCode.NOT_FOUND, "No version " + number + " of " + id + ".");
  }
}

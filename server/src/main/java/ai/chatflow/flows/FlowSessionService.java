package ai.chatflow.flows;

import ai.chatflow.api.model.FlowSessionStatus;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.errors.NotFound;
import ai.chatflow.platform.http.Page;
import ai.chatflow.platform.http.PageRequest;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.FlowId;
import ai.chatflow.platform.ids.FlowSessionId;
import ai.chatflow.platform.ids.WorkspaceId;
import org.jspecify.annotations.Nullable;

/// Reads sessions.
public final class FlowSessionService {
  private final Db db;
  private final FlowSessionStore sessions = new FlowSessionStore();

  public FlowSessionService(Db db) {
    this.db = db;
  }

  public FlowSession get(WorkspaceId workspace, FlowSessionId id) {
    return db.inTransaction(workspace, tx -> sessions.find(tx, id))
        .orElseThrow(() -> new NotFound(ProblemCode.NOT_FOUND, "No flow session " + id + "."));
  }

  /// Newest first; what is null does not filter.
  public Page<FlowSession> list(
      WorkspaceId workspace,
      @Nullable FlowId flow,
      @Nullable ContactId contact,
      @Nullable FlowSessionStatus status,
      PageRequest page) {
    var filter = new FlowSessionStore.Filter(flow, contact, status);
    return page.newestFirst(
        (before, limit) ->
            db.inTransaction(workspace, tx -> sessions.list(tx, filter, before, limit)),
        session -> session.id().value());
  }
}

package ai.chatflow.tenancy;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.errors.NotFound;
import ai.chatflow.platform.http.ETags;
import ai.chatflow.platform.ids.OrganizationId;
import ai.chatflow.platform.ids.WorkspaceId;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The door to workspaces.
public final class WorkspaceService {
  private final Db db;
  private final InstantSource clock;
  private final WorkspaceStore store = new WorkspaceStore();

  public WorkspaceService(Db db, InstantSource clock) {
    this.db = db;
    this.clock = clock;
  }

  public Workspace get(WorkspaceId workspace) {
    return db.inTransaction(workspace, tx -> store.find(tx).orElseThrow(() -> unknown(workspace)));
  }

  public Organization organization(OrganizationId id) {
    return db.inSystemTransaction(tx -> store.organization(tx, id))
        .orElseThrow(() -> new NotFound(ProblemCode.NOT_FOUND, "No organization " + id + "."));
  }

  /// A merge patch of name and metadata, if `ifMatch` still holds.
  public Workspace update(
      WorkspaceId workspace,
      String ifMatch,
      @Nullable String name,
      @Nullable Map<String, String> metadata) {
    return db.inTransaction(
        workspace,
        tx -> {
          var before = store.lock(tx).orElseThrow(() -> unknown(workspace));
          ETags.check(ifMatch, before.version());
          return store.update(tx, before.change(name, metadata), clock.instant());
        });
  }

  static NotFound unknown(WorkspaceId id) {
    return new NotFound(ProblemCode.NOT_FOUND, "No workspace " + id + ".");
  }
}

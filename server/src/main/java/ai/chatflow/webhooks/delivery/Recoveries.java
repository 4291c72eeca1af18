package ai.chatflow.webhooks.delivery;

import ai.chatflow.operations.LongWork;
import ai.chatflow.operations.Operation;
import ai.chatflow.operations.OperationService;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.WebhookEndpointId;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.webhooks.endpoints.EndpointService;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Function;

/// The door to posting many events again, which is long work.
public final class Recoveries {
  private final Db db;
  private final EndpointService service;
  private final OperationService operations;
  private final RecoverWork recover;
  private final ReplayWork replay;

  /// Registers the works.
  public Recoveries(
      Db db,
      EndpointService service,
      OperationService operations,
      IdGenerator ids,
      InstantSource clock) {
    this.db = db;
    this.service = service;
    this.operations = operations;
    this.recover = new RecoverWork(service, clock);
    this.replay = new ReplayWork(service, ids, clock);
    operations.register(recover);
    operations.register(replay);
  }

  /// Everything that failed since then is due at once.
  ///
  /// @param requestId of the request that asks for it
  public Operation recover(
      WorkspaceId workspace, WebhookEndpointId id, Instant since, String requestId) {
    return begin(workspace, id, recover, tx -> recover.begin(tx, id, since), requestId);
  }

  /// Everything since then that the endpoint wants and never got is due at once.
  ///
  /// @param requestId of the request that asks for it
  public Operation replay(
      WorkspaceId workspace, WebhookEndpointId id, Instant since, String requestId) {
    return begin(workspace, id, replay, tx -> replay.begin(tx, id, since), requestId);
  }

  private <C> Operation begin(
      WorkspaceId workspace,
      WebhookEndpointId id,
      LongWork<C> work,
      Function<WorkspaceTx, C> cursor,
      String requestId) {
    return db.inTransaction(
        workspace,
        tx -> {
          service.get(tx, id);
          return operations.begin(tx, work, cursor.apply(tx), id.toString(), requestId);
        });
  }
}

package ai.chatflow.channels.sandbox;

import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.MessageError;
import ai.chatflow.api.model.MessageErrorCode;
import ai.chatflow.api.model.MessageStatus;
import ai.chatflow.api.model.SandboxMessage.StatusEnum;
import ai.chatflow.channels.ChannelUpdates;
import ai.chatflow.channels.InboundSink;
import ai.chatflow.channels.InboundUpdate;
import ai.chatflow.channels.InboundUpdate.StatusIn;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.lanes.LaneKey;
import ai.chatflow.platform.lanes.LaneKind;
import ai.chatflow.platform.lanes.LaneRun;
import ai.chatflow.platform.lanes.LaneStep;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Sends the receipts of the simulated provider, one lane per channel. At least once, as a real
/// provider: a receipt is forgotten only after it was stored.
public final class SandboxReceipts implements LaneKind {
  public static final String KIND = "sandbox_receipt";

  private static final int CLAIM = 100;

  private final Db db;
  private final InboundSink sink;
  private final InstantSource clock;
  private final ReceiptStore store = new ReceiptStore();

  public SandboxReceipts(Db db, InboundSink sink, InstantSource clock) {
    this.db = db;
    this.sink = sink;
    this.clock = clock;
  }

  static LaneKey lane(WorkspaceId workspace, ChannelId channel) {
    return new LaneKey(KIND, workspace, channel.toString());
  }

  @Override
  public String name() {
    return KIND;
  }

  @Override
  public LaneStep work(LaneRun run) {
    return sendDue(run.lane());
  }

  LaneStep sendDue(LaneKey lane) {
    WorkspaceId workspace = lane.workspace();
    var channel = ChannelId.fromString(lane.key());
    Instant now = clock.instant();
    var due = db.inTransaction(workspace, tx -> store.due(tx, channel, now, CLAIM));
    if (due.isEmpty()) {
      return LaneStep.IDLE;
    }
    var updates = new ArrayList<InboundUpdate>();
    for (var receipt : due) {
      String providerId = Delivery.providerId(receipt.id());
      updates.add(status(providerId, receipt.messageId(), receipt.status(), now));
    }
    accept(sink, workspace, channel, updates);
    db.useTransaction(
        workspace, tx -> due.forEach(receipt -> store.sent(tx, channel, receipt, now)));
    return LaneStep.MORE;
  }

  @Override
  public Optional<Instant> earliestDue(LaneKey lane) {
    var channel = ChannelId.fromString(lane.key());
    return db.inTransaction(lane.workspace(), tx -> store.earliest(tx, channel));
  }

  @Override
  public List<LaneKey> overdue(SystemTx tx, Instant now, int limit) {
    return store.overdue(tx, now, limit);
  }

  static void accept(
      InboundSink sink, WorkspaceId workspace, ChannelId channel, List<InboundUpdate> updates) {
    sink.accept(
        List.of(new ChannelUpdates(workspace, channel, ChannelType.SANDBOX.value(), updates)));
  }

  static StatusIn status(String providerId, MessageId message, StatusEnum status, Instant at) {
    MessageError error =
        status == StatusEnum.FAILED
            ? new MessageError(
                MessageErrorCode.RECIPIENT_UNREACHABLE, "The handset says so.", "131026", false)
            : null;
    return new StatusIn(
        providerId, MessageStatus.fromString(status.value()), at, message, error, null);
  }
}

package ai.chatflow.messaging.sending;

import ai.chatflow.api.model.MessageError;
import ai.chatflow.api.model.MessageErrorCode;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.ChannelAdapter;
import ai.chatflow.channels.ChannelService;
import ai.chatflow.channels.OutboundMessage;
import ai.chatflow.channels.SendOutcome;
import ai.chatflow.messaging.Receipts;
import ai.chatflow.messaging.SendQueueStore;
import ai.chatflow.messaging.SendRecorder;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.Unavailable;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.lanes.LaneKey;
import ai.chatflow.platform.lanes.LaneKind;
import ai.chatflow.platform.lanes.LanePauses;
import ai.chatflow.platform.lanes.LaneRun;
import ai.chatflow.platform.lanes.LaneStep;
import ai.chatflow.platform.telemetry.Telemetry;
import ai.chatflow.platform.time.Monotonic;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends the messages of one channel: claims a little (never more than some 50 ms of the channel's
/// rate), commits the mark 'sending', calls the provider, records what became of it. Before each
/// call the lane's deadline is asked once more, so that a node that lost its lane sends nothing.
final class SendLane implements LaneKind {
  private static final Logger log = LoggerFactory.getLogger(SendLane.class);
  private static final Duration RECORD_AGAIN = Duration.ofMillis(250);

  /// Where the provider does not say how long.
  private static final Duration SLOW_DOWN = Duration.ofSeconds(1);

  private final Db db;
  private final ChannelService channels;
  private final SendClaims claims;
  private final SendRecorder recorder;
  private final Receipts receipts;
  private final Monotonic monotonic;
  private final LanePauses pauses;
  private final InstantSource clock;
  private final Telemetry telemetry;
  private final SendQueueStore queue = new SendQueueStore();
  private final Map<LaneKey, Pace> paces = new ConcurrentHashMap<>();

  SendLane(
      Db db,
      ChannelService channels,
      SendClaims claims,
      SendRecorder recorder,
      Receipts receipts,
      SendTime time,
      Telemetry telemetry) {
    this.db = db;
    this.channels = channels;
    this.claims = claims;
    this.recorder = recorder;
    this.receipts = receipts;
    this.monotonic = time.monotonic();
    this.pauses = time.pauses();
    this.clock = time.clock();
    this.telemetry = telemetry;
  }

  /// The clocks of sending, and the moments a test can stop at.
  record SendTime(InstantSource clock, Monotonic monotonic, LanePauses pauses) {}

  @Override
  public String name() {
    return SendQueueStore.LANE;
  }

  @Override
  public LaneStep work(LaneRun run) {
    var workspace = run.lane().workspace();
    var channelId = ChannelId.fromString(run.lane().key());
    var pace = paces.computeIfAbsent(run.lane(), _ -> new Pace());
    if (pace.untilNext(monotonic.nanos()).isPositive()) {
      return LaneStep.IDLE;
    }
    var step = db.inTransaction(workspace, tx -> step(tx, channelId, run.epoch(), pace));
    if (step.isEmpty()) {
      return LaneStep.IDLE;
    }
    var channel = step.get().channel();
    var batch = step.get().batch();
    if (batch.receipts()) {
      run.outside(() -> receipts.show(channel));
    }
    if (!batch.toSend().isEmpty()) {
      send(run, channel, pace, batch.toSend());
    }
    if (batch.more()) {
      return LaneStep.MORE;
    }
    return batch.toSend().isEmpty() ? LaneStep.IDLE : LaneStep.SOON;
  }

  private record Step(Channel channel, SendClaims.Batch batch) {}

  /// Empty when the channel was deleted.
  private Optional<Step> step(WorkspaceTx tx, ChannelId id, long epoch, Pace pace) {
    var look = Look.at(tx, id, clock.instant(), epoch);
    var channel = channels.find(tx, id);
    if (channel.isEmpty()) {
      claims.abandon(tx, id, epoch);
      receipts.forget(tx, id);
    }
    return channel.map(found -> new Step(found, claims.step(tx, found, look, epoch, pace)));
  }

  private void send(LaneRun run, Channel channel, Pace pace, List<SendClaims.Ready> batch) {
    pace.sent(monotonic.nanos(), channel.sendRatePerSecond(), batch.size());
    pauses.beforeSend(run.lane());
    var outcomes = run.outside(() -> callAll(run, channel, batch));
    adapt(pace, channel.sendRatePerSecond(), outcomes);
    outcomes.forEach(o -> telemetry.sent(channel.type().value(), word(o.outcome())));
    record(run, channel, outcomes);
  }

  private List<SendRecorder.Result> callAll(
      LaneRun run, Channel channel, List<SendClaims.Ready> batch) {
    var adapter = channels.adapter(channel.type());
    var results = new ArrayList<SendRecorder.Result>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = new ArrayList<Future<SendOutcome>>();
      for (var ready : batch) {
        calls.add(threads.submit(() -> call(run, channel, adapter, ready.message())));
      }
      for (int i = 0; i < batch.size(); i++) {
        results.add(new SendRecorder.Result(batch.get(i).claim(), outcome(calls.get(i))));
      }
    }
    return results;
  }

  private static SendOutcome call(
      LaneRun run, Channel channel, ChannelAdapter adapter, OutboundMessage message) {
    if (!run.mayStart(adapter.callTimeout())) {
      return new SendOutcome.NotSent("the lane is about to change hands");
    }
    return adapter.send(channel, message);
  }

  /// A plug that throws is a bug of ours; the bytes may have left all the same.
  private static SendOutcome outcome(Future<SendOutcome> call) {
    try {
      return call.get();
    } catch (ExecutionException e) {
      log.error("A plug failed while sending; the outcome is unknown.", e.getCause());
      return new SendOutcome.Unknown(String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new SendOutcome.Unknown("interrupted");
    }
  }

  private void adapt(Pace pace, int ratePerSecond, List<SendRecorder.Result> results) {
    int accepted = 0;
    Duration wait = null;
    for (var result : results) {
      switch (result.outcome()) {
        case SendOutcome.Accepted _ -> accepted++;
        case SendOutcome.Throttled t when !t.pairOnly() -> {
          var asked = Objects.requireNonNullElse(t.after(), SLOW_DOWN);
          wait = wait == null || asked.compareTo(wait) > 0 ? asked : wait;
        }
        default -> {}
      }
    }
    if (wait == null) {
      pace.accepted(monotonic.nanos(), ratePerSecond, accepted);
    } else {
      pace.throttled(monotonic.nanos(), wait);
    }
  }

  private static String word(SendOutcome outcome) {
    return switch (outcome) {
      case SendOutcome.Accepted _ -> "accepted";
      case SendOutcome.Failed _ -> "failed";
      case SendOutcome.Retry _ -> "retry";
      case SendOutcome.Throttled _ -> "throttled";
      case SendOutcome.ChannelDown _ -> "channel_down";
      case SendOutcome.Unknown _ -> "unknown";
      case SendOutcome.NotSent _ -> "not_sent";
    };
  }

  /// Sends stop while results cannot be written: they are kept here until they are.
  private void record(LaneRun run, Channel channel, List<SendRecorder.Result> results) {
    while (true) {
      try {
        db.useTransaction(
            run.lane().workspace(), tx -> recorder.record(tx, channel, results, run.epoch()));
        return;
      } catch (Unavailable e) {
        if (run.stopping()) {
          throw e;
        }
        LockSupport.parkNanos(RECORD_AGAIN.toNanos());
      }
    }
  }

  @Override
  public Optional<Instant> earliestDue(LaneKey lane) {
    var channelId = ChannelId.fromString(lane.key());
    var due = db.inTransaction(lane.workspace(), tx -> claims.earliestDue(tx, channelId));
    var pace = paces.get(lane);
    if (due.isEmpty() || pace == null) {
      return due;
    }
    var allowed = clock.instant().plus(pace.untilNext(monotonic.nanos()));
    return due.map(at -> at.isBefore(allowed) ? allowed : at);
  }

  @Override
  public Optional<Instant> oldest(SystemTx tx) {
    return queue.oldest(tx);
  }

  @Override
  public List<LaneKey> overdue(SystemTx tx, Instant now, int limit) {
    return queue.overdue(tx, now, limit);
  }

  static MessageError error(MessageErrorCode code, String detail) {
    return new MessageError(code, detail, null, false);
  }
}

package ai.chatflow.webhooks.delivery;

import ai.chatflow.platform.Platform;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.egress.Egress;
import ai.chatflow.platform.errors.Unavailable;
import ai.chatflow.platform.ids.WebhookEndpointId;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.lanes.LaneKey;
import ai.chatflow.platform.lanes.LaneKind;
import ai.chatflow.platform.lanes.LaneRun;
import ai.chatflow.platform.lanes.LaneStep;
import ai.chatflow.platform.time.Monotonic;
import ai.chatflow.webhooks.delivery.Call.Result;
import ai.chatflow.webhooks.endpoints.EndpointSecrets;
import ai.chatflow.webhooks.endpoints.EndpointService;
import ai.chatflow.webhooks.endpoints.Notices;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The lane of an endpoint. A step plans a batch and hands it to a thread of its own; the end of
/// the batch wakes the lane. What was in flight when a node died is posted again by the next owner,
/// because the cursor had not moved: at least once.
public final class DeliveryLane implements LaneKind, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DeliveryLane.class);
  private static final Duration RECORD_AGAIN = Duration.ofMillis(200);

  private final Db db;
  private final Planner planner;
  private final Caller caller;
  private final Recorder recorder;
  private final EndpointService service;
  private final InstantSource clock;
  private final Monotonic monotonic;
  private final ExecutorService threads;

  /// Endpoints with a batch in flight here.
  private final Map<LaneKey, Boolean> busy = new ConcurrentHashMap<>();

  /// The monotonic time before which the rate of an endpoint allows no further batch.
  private final Map<LaneKey, Long> allowed = new ConcurrentHashMap<>();

  private DeliveryLane(
      Platform platform,
      Planner planner,
      Caller caller,
      Recorder recorder,
      EndpointService service,
      ExecutorService threads) {
    this.db = platform.db();
    this.clock = platform.clock();
    this.monotonic = platform.monotonic();
    this.planner = planner;
    this.caller = caller;
    this.recorder = recorder;
    this.service = service;
    this.threads = threads;
  }

  /// @param threads post; closed with the lane
  public static DeliveryLane wire(
      Platform platform,
      EndpointService service,
      EndpointSecrets secrets,
      Notices notices,
      Signer signer,
      Egress egress,
      ExecutorService threads) {
    return new DeliveryLane(
        platform,
        new Planner(secrets),
        new Caller(egress, signer, platform.clock(), platform.monotonic(), platform.telemetry()),
        new Recorder(
            service,
            notices,
            platform.events(),
            platform.ids(),
            platform.clock(),
            platform.random()),
        service,
        threads);
  }

  @Override
  public String name() {
    return EndpointService.LANE;
  }

  @Override
  public LaneStep work(LaneRun run) {
    var lane = run.lane();
    if (untilAllowed(lane) > 0 || busy.putIfAbsent(lane, true) != null) {
      return LaneStep.IDLE;
    }
    boolean posted = false;
    try {
      var batch =
          db.inTransaction(
              lane.workspace(), tx -> planner.plan(tx, endpoint(lane), clock.instant()));
      if (batch.isEmpty() || batch.get().calls().isEmpty() && !batch.get().moves()) {
        return LaneStep.IDLE;
      }
      if (batch.get().calls().isEmpty()) {
        db.useTransaction(lane.workspace(), tx -> recorder.record(tx, batch.get(), List.of()));
        return LaneStep.MORE;
      }
      pace(lane, batch.get());
      threads.execute(() -> post(lane, batch.get()));
      posted = true;
      return LaneStep.IDLE;
    } finally {
      if (!posted) {
        busy.remove(lane);
      }
    }
  }

  private void pace(LaneKey lane, Batch batch) {
    var rate = batch.endpoint().ratePerSecond();
    if (rate == null) {
      allowed.remove(lane);
    } else {
      long wait = Duration.ofSeconds(1).toNanos() * batch.calls().size() / rate;
      allowed.put(lane, monotonic.nanos() + wait);
    }
  }

  private long untilAllowed(LaneKey lane) {
    var at = allowed.get(lane);
    if (at == null) {
      return 0;
    }
    long wait = at - monotonic.nanos();
    if (wait <= 0) {
      allowed.remove(lane, at);
    }
    return wait;
  }

  private void post(LaneKey lane, Batch batch) {
    try {
      var results = caller.post(batch);
      record(lane, batch, results);
    } catch (InterruptedException _) {
      busy.remove(lane);
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.error("A batch of webhooks could not be finished; it is posted again.", e);
      busy.remove(lane);
    }
  }

  /// Nothing more is posted to an endpoint before it is written what became of its last batch.
  private void record(LaneKey lane, Batch batch, List<Result> results) {
    while (true) {
      try {
        db.useTransaction(
            lane.workspace(),
            tx -> {
              recorder.record(tx, batch, results);
              tx.afterCommit(() -> busy.remove(lane));
              service.wake(tx, batch.endpoint().id());
            });
        return;
      } catch (Unavailable _) {
        if (threads.isShutdown()) {
          return;
        }
        LockSupport.parkNanos(RECORD_AGAIN.toNanos());
      }
    }
  }

  @Override
  public Optional<Instant> earliestDue(LaneKey lane) {
    if (busy.containsKey(lane)) {
      return Optional.empty();
    }
    var due = db.inTransaction(lane.workspace(), tx -> planner.due(tx, endpoint(lane)));
    var wait = untilAllowed(lane);
    if (wait <= 0) {
      return due;
    }
    var earliest = clock.instant().plusNanos(wait);
    return due.map(at -> at.isBefore(earliest) ? earliest : at);
  }

  @Override
  public List<LaneKey> overdue(SystemTx tx, Instant now, int limit) {
    return new DeliveryStore()
        .overdue(tx, now, limit).stream()
            .map(
                e ->
                    new LaneKey(
                        EndpointService.LANE,
                        new WorkspaceId(e.getKey()),
                        new WebhookEndpointId(e.getValue()).toString()))
            .toList();
  }

  private static WebhookEndpointId endpoint(LaneKey lane) {
    return WebhookEndpointId.fromString(lane.key());
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}

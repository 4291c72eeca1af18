package ai.chatflow.messaging.intake;

import ai.chatflow.channels.ChannelUpdates;
import ai.chatflow.channels.InboundSink;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.GroupCommit;
import ai.chatflow.platform.errors.DomainException;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.json.Json;
import ai.chatflow.platform.lanes.DeadLetters;
import ai.chatflow.platform.lanes.LaneKey;
import ai.chatflow.platform.telemetry.Telemetry;
import ai.chatflow.platform.time.Monotonic;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stores what providers say, by group commit; `accept` returns after it. A batch that fails is
/// bisected: one bad update costs only itself, and is kept as a dead letter.
public final class Ingest implements InboundSink {
  private static final Logger log = LoggerFactory.getLogger(Ingest.class);

  private final Db db;
  private final Intake intake;
  private final DeadLetters deadLetters;
  private final Telemetry telemetry;
  private final Monotonic monotonic;
  private final GroupCommit<WorkspaceId, List<ChannelUpdates>, Boolean> group =
      new GroupCommit<>(this::commit);

  Ingest(Db db, Intake intake, DeadLetters deadLetters, Telemetry telemetry, Monotonic monotonic) {
    this.db = db;
    this.intake = intake;
    this.deadLetters = deadLetters;
    this.telemetry = telemetry;
    this.monotonic = monotonic;
  }

  @Override
  public void accept(List<ChannelUpdates> updates) {
    var byWorkspace = new LinkedHashMap<WorkspaceId, List<ChannelUpdates>>();
    for (var update : updates) {
      byWorkspace.computeIfAbsent(update.workspace(), _ -> new ArrayList<>()).add(update);
    }
    byWorkspace.forEach(group::submit);
  }

  private List<Boolean> commit(WorkspaceId workspace, List<List<ChannelUpdates>> requests) {
    store(workspace, requests.stream().flatMap(List::stream).toList());
    return Collections.nCopies(requests.size(), true);
  }

  private void store(WorkspaceId workspace, List<ChannelUpdates> updates) {
    try {
      long start = monotonic.nanos();
      db.useTransaction(workspace, tx -> intake.store(tx, updates));
      telemetry.ingested(
          updates.stream().mapToInt(u -> u.updates().size()).sum(),
          Duration.ofNanos(monotonic.nanos() - start));
    } catch (DomainException e) {
      throw e;
    } catch (RuntimeException e) {
      bisect(workspace, updates, e);
    }
  }

  private void bisect(
      WorkspaceId workspace, List<ChannelUpdates> updates, RuntimeException failure) {
    var singles = split(updates);
    if (singles.size() > 1) {
      var half = singles.size() / 2;
      store(workspace, singles.subList(0, half));
      store(workspace, singles.subList(half, singles.size()));
      return;
    }
    var reason = reason(failure);
    log.error("An update could not be stored; it is kept as a dead letter. reason={}", reason);
    var bad = singles.getFirst();
    var lane = new LaneKey("ingest", workspace, String.valueOf(bad.channel()));
    db.useTransaction(workspace, tx -> deadLetters.bury(tx, lane, describe(bad), reason, 1));
  }

  /// Without the one character that PostgreSQL cannot keep, which may be what was wrong.
  private static String describe(ChannelUpdates bad) {
    var updates = String.valueOf(bad.updates()).replace('\0', '\uFFFD');
    return Json.write(Map.of("provider", bad.provider(), "updates", updates));
  }

  /// The kind of failure, without its message: that may hold what people wrote.
  private static String reason(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        return "SQL state " + sql.getSQLState();
      }
    }
    return failure.getClass().getName();
  }

  private static List<ChannelUpdates> split(List<ChannelUpdates> updates) {
    return updates.stream()
        .flatMap(
            u ->
                u.updates().stream()
                    .map(
                        one ->
                            new ChannelUpdates(
                                u.workspace(), u.channel(), u.provider(), List.of(one))))
        .toList();
  }
}

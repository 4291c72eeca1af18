package ai.chatflow.platform;

import ai.chatflow.platform.crypto.MasterKey;
import ai.chatflow.platform.crypto.SecretBox;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.KeyDerivation;
import ai.chatflow.platform.events.EventFeed;
import ai.chatflow.platform.events.EventLog;
import ai.chatflow.platform.events.EventPublisher;
import ai.chatflow.platform.events.StoredEventLog;
import ai.chatflow.platform.http.Contract;
import ai.chatflow.platform.http.Cursors;
import ai.chatflow.platform.http.Pages;
import ai.chatflow.platform.http.Problems;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.json.Json;
import ai.chatflow.platform.lanes.DeadLetters;
import ai.chatflow.platform.lanes.LanePauses;
import ai.chatflow.platform.lanes.Lanes;
import ai.chatflow.platform.lanes.LanesSettings;
import ai.chatflow.platform.lanes.WakeSignals;
import ai.chatflow.platform.telemetry.Telemetry;
import ai.chatflow.platform.time.Monotonic;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.random.RandomGenerator;

/// What every feature is wired with: the database, time, chance, ids, lanes, events, secrets, the
/// contract and the measures. One per node.
public record Platform(
    Db db,
    InstantSource clock,
    Monotonic monotonic,
    RandomGenerator random,
    IdGenerator ids,
    Lanes lanes,
    LanePauses pauses,
    DeadLetters deadLetters,
    EventLog events,
    EventFeed feed,
    SecretBox secrets,
    KeyDerivation keys,
    Contract contract,
    Problems problems,
    Pages pages,
    Telemetry telemetry) {

  /// What differs between production and tests.
  ///
  /// @param clock the time of the database; read to the microsecond, which is what it stores
  /// @param random cryptographically strong in production
  public record Surroundings(
      Db db,
      MasterKey masterKey,
      InstantSource clock,
      Monotonic monotonic,
      RandomGenerator random,
      LanesSettings lanes,
      WakeSignals signals,
      LanePauses pauses) {}

  public static Platform wire(Surroundings given) {
    InstantSource clock = () -> given.clock().instant().truncatedTo(ChronoUnit.MICROS);
    var ids = new IdGenerator(clock, given.random());
    var lanes =
        new Lanes(
            given.db(), clock, given.monotonic(), given.lanes(), given.signals(), given.pauses());
    var telemetry = new Telemetry();
    var contract = Contract.load();
    var feed = new EventFeed();
    lanes.register(new EventPublisher(given.db(), feed, telemetry));
    lanes.onStep(telemetry::stepped);
    KernelGauges.watch(telemetry, given.db(), lanes);
    return new Platform(
        given.db(),
        clock,
        given.monotonic(),
        given.random(),
        ids,
        lanes,
        given.pauses(),
        new DeadLetters(ids),
        new StoredEventLog(lanes, feed, telemetry, Json.MAPPER, ids, clock),
        feed,
        new SecretBox(given.db(), given.masterKey(), ids),
        given.masterKey(),
        contract,
        new Problems(contract),
        new Pages(new Cursors(given.masterKey())),
        telemetry);
  }
}

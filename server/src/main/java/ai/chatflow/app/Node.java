package ai.chatflow.app;

import ai.chatflow.app.config.ChatFlowConfiguration;
import ai.chatflow.platform.Platform;
import ai.chatflow.platform.config.Secret;
import ai.chatflow.platform.crypto.MasterKey;
import ai.chatflow.platform.db.DatabaseRoles;
import ai.chatflow.platform.db.DatabaseUrl;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.PoolSettings;
import ai.chatflow.platform.lanes.Housekeeping;
import ai.chatflow.platform.lanes.KernelJobs;
import ai.chatflow.platform.lanes.LanePauses;
import ai.chatflow.platform.lanes.LanesSettings;
import ai.chatflow.platform.lanes.RedisWakeSignals;
import ai.chatflow.platform.time.DatabaseClock;
import ai.chatflow.platform.time.Monotonic;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One node: its connections, its clocks, the platform and the features on it. Any number of nodes
/// share one PostgreSQL and one Redis; none is special.
final class Node implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Node.class);
  private static final Duration EPOCH_POLL = Duration.ofMillis(400);
  private static final Duration FOLLOW_POLL = Duration.ofMillis(250);
  private static final Duration USES_EVERY = Duration.ofSeconds(20);
  private static final int REDIS_THREADS = 4;

  private final Db db;
  private final RedissonClient redis;
  private final DatabaseClock clock;
  private final Platform platform;
  private final Features features;
  private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();

  Node(ChatFlowConfiguration configuration, Databases databases) {
    var masterKey = MasterKey.fromBase64(databases.masterKey().reveal());
    var monotonic = Monotonic.system();
    this.db = openDb(configuration, databases, masterKey);
    this.redis = openRedis(databases.redisUrl());
    this.clock = new DatabaseClock(this::databaseNow, monotonic);
    this.platform =
        Platform.wire(
            new Platform.Surroundings(
                db,
                masterKey,
                clock,
                monotonic,
                new SecureRandom(),
                LanesSettings.DEFAULT,
                new RedisWakeSignals(redis, monotonic),
                LanePauses.NONE));
    this.features = Features.wire(platform, configuration);
  }

  Platform platform() {
    return platform;
  }

  Features features() {
    return features;
  }

  Db db() {
    return db;
  }

  /// Starts working; until then the node only answers.
  void start() {
    var lanes = platform.lanes();
    var jobs = new ArrayList<>(KernelJobs.all());
    jobs.addAll(features.housekeeping());
    var housekeeping = new Housekeeping(db, platform.clock(), jobs);
    lanes.register(housekeeping);
    lanes.onBeat(clock::sample);
    var authenticator = features.tenancy().authenticator();
    authenticator.pollEpoch();
    every(EPOCH_POLL, authenticator::pollEpoch);
    every(USES_EVERY, authenticator::writeUses);
    every(FOLLOW_POLL, features.hub()::poll);
    every(FOLLOW_POLL, features.unread()::sweep);
    housekeeping.schedule(lanes);
    lanes.start();
  }

  private void every(Duration period, Runnable task) {
    var _ =
        timers.scheduleWithFixedDelay(
            () -> {
              try {
                task.run();
              } catch (RuntimeException e) {
                log.warn("A recurring task failed; it runs again.", e);
              }
            },
            period.toMillis(),
            period.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private static Db openDb(
      ChatFlowConfiguration configuration, Databases databases, MasterKey masterKey) {
    var settings = configuration.database();
    var owner = DatabaseUrl.parse(databases.url().reveal());
    var roles = new DatabaseRoles(masterKey);
    var request =
        settings.requestUrl().isEmpty()
            ? roles.login(owner, DatabaseRoles.REQUEST)
            : DatabaseUrl.parse(settings.requestUrl().reveal());
    return Db.open(
        PoolSettings.of("request", request, settings.requestPoolSize()),
        PoolSettings.of(
            "worker", roles.login(owner, DatabaseRoles.WORKER), settings.workerPoolSize()),
        new SecureRandom());
  }

  /// Redis may be away, now or later: then nodes poll.
  private static RedissonClient openRedis(Secret url) {
    var config = new Config();
    config.setLazyInitialization(true);
    // a few wakes are no work for the 48 threads that it would take one by one with each reconnect
    config.setThreads(REDIS_THREADS);
    config.setNettyThreads(REDIS_THREADS);
    config
        .useSingleServer()
        .setAddress(url.reveal())
        .setConnectionMinimumIdleSize(1)
        .setConnectionPoolSize(8)
        .setSubscriptionConnectionMinimumIdleSize(1)
        .setSubscriptionConnectionPoolSize(8)
        .setConnectTimeout(1_000)
        .setTimeout(1_000)
        .setRetryAttempts(1);
    return Redisson.create(config);
  }

  private Instant databaseNow() {
    return db.inSystemTransaction(
        tx ->
            tx.handle()
                .createQuery("select clock_timestamp()")
                .map((row, _) -> row.getTimestamp(1).toInstant())
                .one());
  }

  @Override
  public void close() {
    timers.shutdownNow();
    platform.lanes().stop();
    features.close();
    redis.shutdown();
    db.close();
  }
}

package ai.chatflow.faults.soak;

import ai.chatflow.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/// One fault after the other: all five in an order of chance, then all five in another.
final class Troubles {
  private static final Duration REDIS_AWAY = Duration.ofMillis(1_500);
  private static final Duration LOOK = Duration.ofMillis(20);

  private final ServerProcess server;
  private final RandomGenerator chance;
  private final List<Kind> drawn = new ArrayList<>();

  /// What can go wrong.
  enum Kind {
    KILL_SERVER,
    RESTART_SERVER,
    KILL_REDIS,
    FLUSH_REDIS,
    CRASH_POSTGRESQL
  }

  Troubles(ServerProcess server, RandomGenerator chance) {
    this.server = server;
    this.chance = chance;
  }

  /// @return what was done
  Kind next() throws IOException, InterruptedException {
    if (drawn.isEmpty()) {
      drawn.addAll(Arrays.asList(Kind.values()));
      Collections.shuffle(drawn, Random.from(chance));
    }
    var kind = drawn.removeLast();
    switch (kind) {
      case KILL_SERVER -> {
        server.kill();
        server.startAgain();
      }
      case RESTART_SERVER -> server.restart();
      case KILL_REDIS -> keepRedisAway();
      case FLUSH_REDIS -> server.flushRedis();
      case CRASH_POSTGRESQL -> server.crashPostgreSql();
    }
    return kind;
  }

  /// The server starts it again at once: so often it is killed again.
  private void keepRedisAway() throws IOException {
    long end = System.nanoTime() + REDIS_AWAY.toNanos();
    while (System.nanoTime() < end) {
      try {
        server.killRedis();
      } catch (NoSuchFileException | NumberFormatException _) {
        // it is about to start
      }
      Pause.of(LOOK);
    }
  }
}

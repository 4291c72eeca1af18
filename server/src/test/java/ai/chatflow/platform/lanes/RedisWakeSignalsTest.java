package ai.chatflow.platform.lanes;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.time.Monotonic;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import redis.embedded.RedisServer;

class RedisWakeSignalsTest {
  private final LaneKey lane =
      new LaneKey("send", new WorkspaceId(UUID.randomUUID()), "a key with spaces");
  private RedisServer redis;
  private RedissonClient client;

  @BeforeEach
  void start() throws Exception {
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    redis = RedisServer.newRedisServer().port(port).setting("bind 127.0.0.1").build();
    redis.start();
    var config = new Config();
    config
        .useSingleServer()
        .setAddress("redis://127.0.0.1:" + port)
        .setRetryAttempts(0)
        .setTimeout(300)
        .setConnectionMinimumIdleSize(1)
        .setSubscriptionConnectionMinimumIdleSize(1);
    client = Redisson.create(config);
  }

  @AfterEach
  void stop() throws Exception {
    client.shutdown();
    redis.stop();
  }

  @Test
  void aSignalReachesTheOtherNodes() throws Exception {
    var received = new LinkedBlockingQueue<LaneKey>();
    new RedisWakeSignals(client, Monotonic.system()).listen(received::add);
    var sender = new RedisWakeSignals(client, Monotonic.system());

    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(
            () -> {
              sender.send(lane);
              return lane.equals(received.poll(100, TimeUnit.MILLISECONDS));
            });
  }

  @Test
  void aSenderDoesNotMindThatRedisIsAway() throws Exception {
    var sender = new RedisWakeSignals(client, Monotonic.system());
    redis.stop();

    long start = System.nanoTime();
    for (int i = 0; i < 1_000; i++) {
      sender.send(lane);
    }

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
  }
}

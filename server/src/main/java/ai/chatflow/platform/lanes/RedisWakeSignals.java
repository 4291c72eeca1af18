package ai.chatflow.platform.lanes;

import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.time.Monotonic;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.redisson.api.RTopic;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Signals over a Redis topic. While Redis is away nothing is sent and nodes poll; after a failure
/// it is left alone for a second, so that commands do not pile up.
public final class RedisWakeSignals implements WakeSignals {
  private static final Logger log = LoggerFactory.getLogger(RedisWakeSignals.class);
  private static final String TOPIC = "chatflow:lanes";
  private static final long REST = Duration.ofSeconds(1).toNanos();

  private final RTopic topic;
  private final Monotonic clock;
  private final AtomicLong restUntil;

  public RedisWakeSignals(RedissonClient redisson, Monotonic clock) {
    this.topic = redisson.getTopic(TOPIC, StringCodec.INSTANCE);
    this.clock = clock;
    this.restUntil = new AtomicLong(clock.nanos());
  }

  @Override
  public void send(LaneKey lane) {
    if (clock.nanos() - restUntil.get() < 0) {
      return;
    }
    try {
      topic
          .publishAsync(lane.workspace().value() + " " + lane.kind() + " " + lane.key())
          .whenComplete((_, failure) -> restAfter(failure));
    } catch (RuntimeException e) {
      restAfter(e);
    }
  }

  @Override
  public void listen(Consumer<LaneKey> listener) {
    topic
        .addListenerAsync(String.class, (_, message) -> received(message, listener))
        .whenComplete(
            (_, failure) -> {
              if (failure != null) {
                log.warn("No signals from Redis; lanes are found by polling.", failure);
              }
            });
  }

  private static void received(String message, Consumer<LaneKey> listener) {
    String[] parts = message.split(" ", 3);
    if (parts.length == 3) {
      try {
        listener.accept(
            new LaneKey(parts[1], new WorkspaceId(UUID.fromString(parts[0])), parts[2]));
      } catch (IllegalArgumentException e) {
        log.warn("A signal of another make was ignored.", e);
      }
    }
  }

  private void restAfter(@Nullable Throwable failure) {
    if (failure != null) {
      restUntil.set(clock.nanos() + REST);
    }
  }
}

package ai.chatflow.testing.whatsapp;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Refuses what goes beyond so many messages in any second. Source: Meta, "Cloud API error codes":
/// 130429, "Rate limit hit".
public final class RateLimit implements Supplier<@Nullable Fault> {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final int perSecond;
  private final ArrayDeque<Long> taken = new ArrayDeque<>();

  public RateLimit(int perSecond) {
    this.perSecond = perSecond;
  }

  @Override
  public synchronized @Nullable Fault get() {
    long now = System.nanoTime();
    while (!taken.isEmpty() && now - taken.getFirst() >= SECOND) {
      taken.removeFirst();
    }
    if (taken.size() >= perSecond) {
      return new Fault.Refuse(429, 130429, 0);
    }
    taken.addLast(now);
    return null;
  }
}

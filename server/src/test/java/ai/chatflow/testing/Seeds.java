package ai.chatflow.testing;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// Chance that can be played again: prints its seed; `-Dchatflow.seed=…` sets it.
public final class Seeds {
  private Seeds() {}

  public static long next(String test) {
    long seed = Long.getLong("chatflow.seed", System.nanoTime());
    System.out.println(test + ": -Dchatflow.seed=" + seed);
    return seed;
  }

  public static RandomGenerator random(String test) {
    return new SplittableRandom(next(test));
  }
}

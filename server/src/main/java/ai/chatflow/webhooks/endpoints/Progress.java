package ai.chatflow.webhooks.endpoints;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How far an endpoint is and how it does.
///
/// @param position up to here events were delivered or have a delivery of their own
/// @param failingSince since when nothing was taken
/// @param failures how many calls in a row failed
/// @param warned how many of the warnings were given
/// @param pausedUntil nothing is sent before
public record Progress(
    long position,
    @Nullable Instant failingSince,
    int failures,
    int warned,
    @Nullable Instant pausedUntil) {

  /// Of an endpoint that does well.
  public static Progress well(long position) {
    return new Progress(position, null, 0, 0, null);
  }

  public Progress at(long newPosition) {
    return new Progress(
        Math.max(position, newPosition), failingSince, failures, warned, pausedUntil);
  }
}

package ai.chatflow.sdk.core;

import ai.chatflow.sdk.ApiResponse;
import ai.chatflow.sdk.WaitOptions;
import ai.chatflow.sdk.errors.OperationFailedException;
import ai.chatflow.sdk.errors.TimeoutException;
import ai.chatflow.sdk.model.Operation;
import ai.chatflow.sdk.model.OperationStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One wait for an operation: what comes of each answer.
final class OperationWait {
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private final RetryPolicy clock;
  private final @Nullable Instant end;
  private Duration interval;

  OperationWait(RetryPolicy clock, WaitOptions options) {
    this.clock = clock;
    this.interval = options.interval();
    this.end = options.timeout().map(time -> clock.time().instant().plus(time)).orElse(null);
  }

  /// How long to wait before the next question: longer each time, and at least what `Retry-After`
  /// asks for. Empty when the operation has succeeded.
  ///
  /// @throws OperationFailedException when it has ended otherwise
  /// @throws TimeoutException when it has not ended in time
  Optional<Duration> next(ApiResponse<Operation> answer) {
    Operation operation = answer.body();
    OperationStatus status = operation.status();
    if (status.equals(OperationStatus.FAILED) || status.equals(OperationStatus.CANCELLED)) {
      throw new OperationFailedException(operation);
    }
    if (operation.finishedAt().isPresent()) {
      return Optional.empty();
    }
    Duration asked = clock.retryAfter(answer.headers()).orElse(Duration.ZERO);
    Duration delay = longer(interval, asked);
    interval = shorter(interval.multipliedBy(2), longer(interval, LONGEST));
    return Optional.of(end == null ? delay : shorter(delay, left(operation, end)));
  }

  private Duration left(Operation operation, Instant end) {
    Duration left = Duration.between(clock.time().instant(), end);
    if (left.isNegative() || left.isZero()) {
      throw new TimeoutException(
          operation.kind() + " " + operation.id() + " has not finished in time; it goes on.", null);
    }
    return left;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}

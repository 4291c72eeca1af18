package ai.chatflow.sdk.core;

import ai.chatflow.sdk.errors.ApiException;
import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/// Which failures are worth another attempt, and when.
///
/// @param jitter from 0 to 1
public record RetryPolicy(InstantSource time, DoubleSupplier jitter) {
  private static final Duration FIRST = Duration.ofMillis(500);
  private static final Duration LONGEST = Duration.ofSeconds(8);

  /// Nobody wants a thread asleep for longer; the caller gets the error with its `Retry-After`.
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// How long to wait before attempt `number + 1`; empty when there should be none.
  public Optional<Duration> delay(int number, ApiException error) {
    if (!isTemporary(error)) {
      return Optional.empty();
    }
    return retryAfter(error.headers())
        .or(() -> Optional.of(backoff(number)))
        .filter(delay -> delay.compareTo(PATIENCE) <= 0);
  }

  /// Full jitter: anything up to 0.5 s, 1 s, 2 s, … 8 s.
  public Duration backoff(int number) {
    Duration limit = FIRST.multipliedBy(1L << Math.min(number - 1, 10));
    Duration most = limit.compareTo(LONGEST) < 0 ? limit : LONGEST;
    return Duration.ofNanos((long) (most.toNanos() * jitter.getAsDouble()));
  }

  private static boolean isTemporary(ApiException error) {
    int status = error.status();
    boolean sameStillRuns =
        status == 409 && error.code().filter(c -> c.value().endsWith("_in_progress")).isPresent();
    return status == 408 || status == 429 || status >= 500 || sameStillRuns;
  }

  /// What the server asks for.
  Optional<Duration> retryAfter(HttpHeaders headers) {
    return headers.firstValue("Retry-After").flatMap(value -> parse(value.trim()));
  }

  private Optional<Duration> parse(String value) {
    try {
      if (value.matches("\\d{1,9}")) {
        return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
      }
      Instant at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration delay = Duration.between(time.instant(), at);
      return Optional.of(delay.isNegative() ? Duration.ZERO : delay);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}

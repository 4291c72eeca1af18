package ai.chatflow.sdk;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How an operation is waited for.
public final class WaitOptions {
  private static final WaitOptions NONE = builder().build();

  private final @Nullable Duration timeout;
  private final Duration interval;
  private final RequestOptions request;

  private WaitOptions(Builder builder) {
    this.timeout = builder.timeout;
    this.interval = builder.interval;
    this.request = builder.request;
  }

  public static WaitOptions none() {
    return NONE;
  }

  public static Builder builder() {
    return new Builder();
  }

  /// Empty: as long as it takes.
  public Optional<Duration> timeout() {
    return Optional.ofNullable(timeout);
  }

  public Duration interval() {
    return interval;
  }

  public RequestOptions request() {
    return request;
  }

  /// Builds [WaitOptions].
  public static final class Builder {
    private @Nullable Duration timeout;
    private Duration interval = Duration.ofMillis(250);
    private RequestOptions request = RequestOptions.none();

    private Builder() {}

    /// For all of it. Without it, the wait lasts as long as the operation. A request that is under
    /// way at its end is not cut off.
    public Builder timeout(Duration timeout) {
      this.timeout = Objects.requireNonNull(timeout);
      return this;
    }

    /// Between the first two questions; it doubles up to five seconds. Default: 250 ms.
    public Builder interval(Duration interval) {
      if (interval.isNegative() || interval.isZero()) {
        throw new IllegalArgumentException("The interval is not positive.");
      }
      this.interval = interval;
      return this;
    }

    /// Of each question.
    public Builder request(RequestOptions request) {
      this.request = Objects.requireNonNull(request);
      return this;
    }

    public WaitOptions build() {
      return new WaitOptions(this);
    }
  }
}

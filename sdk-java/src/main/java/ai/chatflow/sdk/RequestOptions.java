package ai.chatflow.sdk;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What one call does differently from the client's defaults.
public final class RequestOptions {
  private static final RequestOptions NONE = builder().build();

  private final @Nullable Duration timeout;
  private final @Nullable Integer maxRetries;
  private final Map<String, String> headers;

  private RequestOptions(Builder builder) {
    this.timeout = builder.timeout;
    this.maxRetries = builder.maxRetries;
    this.headers = Map.copyOf(builder.headers);
  }

  public static RequestOptions none() {
    return NONE;
  }

  /// Shortcut for the commonest option: the `ETag` that was read.
  public static RequestOptions ifMatch(String etag) {
    return builder().ifMatch(etag).build();
  }

  /// Shortcut: the key under which the server remembers this very request for 24 hours.
  public static RequestOptions idempotencyKey(String key) {
    return builder().idempotencyKey(key).build();
  }

  public static Builder builder() {
    return new Builder();
  }

  public Optional<Duration> timeout() {
    return Optional.ofNullable(timeout);
  }

  public Optional<Integer> maxRetries() {
    return Optional.ofNullable(maxRetries);
  }

  public Map<String, String> headers() {
    return headers;
  }

  /// Builds [RequestOptions].
  public static final class Builder {
    private @Nullable Duration timeout;
    private @Nullable Integer maxRetries;
    private final Map<String, String> headers = new LinkedHashMap<>();

    private Builder() {}

    /// For each attempt, from connecting to the last byte of the answer.
    public Builder timeout(Duration timeout) {
      this.timeout = Objects.requireNonNull(timeout);
      return this;
    }

    public Builder maxRetries(int maxRetries) {
      this.maxRetries = maxRetries;
      return this;
    }

    /// Replaces the client's header of that name.
    public Builder header(String name, String value) {
      headers.keySet().removeIf(name::equalsIgnoreCase);
      headers.put(name, value);
      return this;
    }

    /// At most 255 characters. Without it, each POST and PATCH gets one of its own.
    public Builder idempotencyKey(String key) {
      return header("Idempotency-Key", key);
    }

    /// The workspace (`wsp_…`) in which an organization-level credential acts.
    public Builder workspace(String id) {
      return header("ChatFlow-Workspace", id);
    }

    /// Only when the resource still has this `ETag`; else the answer is 412.
    public Builder ifMatch(String etag) {
      return header("If-Match", etag);
    }

    public RequestOptions build() {
      return new RequestOptions(this);
    }
  }
}

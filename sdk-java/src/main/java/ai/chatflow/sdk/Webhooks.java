package ai.chatflow.sdk;

import ai.chatflow.sdk.core.Json;
import ai.chatflow.sdk.core.WebhookHeaders;
import ai.chatflow.sdk.core.WebhookKey;
import ai.chatflow.sdk.errors.WebhookVerificationException;
import ai.chatflow.sdk.errors.WebhookVerificationException.Reason;
import ai.chatflow.sdk.model.Event;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Checks what ChatFlow posts to you (Standard Webhooks 1.0) and reads the event in it. Needs no
/// client. Immutable and safe for use by many threads.
///
/// ```java
/// Webhooks webhooks = Webhooks.fromEnv();
/// Event event = webhooks.unwrap(body, request::getHeader);
/// ```
public final class Webhooks {
  private static final ObjectReader READER =
      Json.MAPPER.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final List<WebhookKey> keys;
  private final Duration tolerance;
  private final InstantSource time;

  private Webhooks(Builder builder) {
    this.keys = List.copyOf(builder.keys);
    this.tolerance = builder.tolerance;
    this.time = builder.time;
  }

  /// With these keys and the usual tolerance.
  ///
  /// @see Builder#key(String)
  public static Webhooks of(String... keys) {
    Builder builder = builder();
    for (String key : keys) {
      builder.key(key);
    }
    return builder.build();
  }

  /// With `CHATFLOW_WEBHOOK_SECRET`: one key, or several with spaces between.
  ///
  /// @throws IllegalStateException when it is not set
  public static Webhooks fromEnv() {
    return from(System.getenv());
  }

  static Webhooks from(Map<String, String> variables) {
    return builder().keysIn(variables.get("CHATFLOW_WEBHOOK_SECRET")).build();
  }

  public static Builder builder() {
    return new Builder();
  }

  /// The event of a webhook. A type that this version does not know is an [Event.Unknown].
  ///
  /// @param rawBody the bytes as they came: not JSON that was read and written again
  /// @param headers gives the value of a header, or null: `request::getHeader`
  /// @throws WebhookVerificationException when ChatFlow did not sign it, or not lately
  public Event unwrap(byte[] rawBody, Function<String, @Nullable String> headers) {
    WebhookHeaders read = WebhookHeaders.read(headers);
    checkClock(read.timestamp());
    checkSignature(read, read.signed(rawBody));
    return event(rawBody);
  }

  /// @param headers each value a text or a list of texts; names in any case
  /// @see #unwrap(byte[], Function)
  public Event unwrap(byte[] rawBody, Map<String, ?> headers) {
    return unwrap(rawBody, name -> find(headers, name));
  }

  /// @param rawBody the UTF-8 text as it came
  /// @see #unwrap(byte[], Function)
  public Event unwrap(String rawBody, Function<String, @Nullable String> headers) {
    return unwrap(rawBody.getBytes(StandardCharsets.UTF_8), headers);
  }

  /// @param rawBody the UTF-8 text as it came
  /// @see #unwrap(byte[], Map)
  public Event unwrap(String rawBody, Map<String, ?> headers) {
    return unwrap(rawBody.getBytes(StandardCharsets.UTF_8), headers);
  }

  static IllegalStateException noKey() {
    return new IllegalStateException(
        "There is no webhook key: give one or set CHATFLOW_WEBHOOK_SECRET.");
  }

  private void checkClock(Instant timestamp) {
    Instant now = time.instant();
    if (timestamp.isBefore(now.minus(tolerance))) {
      throw refused(
          Reason.TIMESTAMP_TOO_OLD,
          "The webhook is of " + timestamp + ", which is too long before " + now + ".");
    }
    if (timestamp.isAfter(now.plus(tolerance))) {
      throw refused(
          Reason.TIMESTAMP_TOO_NEW,
          "The webhook is of " + timestamp + ", which is too far ahead of " + now + ".");
    }
  }

  private void checkSignature(WebhookHeaders headers, byte[] signed) {
    boolean checked = false;
    for (WebhookHeaders.Signed signature : headers.signatures()) {
      for (WebhookKey key : keys) {
        if (key.version().equals(signature.version())) {
          checked = true;
          if (key.verifies(signed, signature.bytes())) {
            return;
          }
        }
      }
    }
    if (checked) {
      throw refused(
          Reason.SIGNATURE_MISMATCH,
          "No signature matches: the key is another endpoint's, or the body is not the bytes that"
              + " came.");
    }
    throw refused(
        Reason.UNSUPPORTED_VERSION,
        "The webhook is signed with "
            + headers.signatures().stream().map(WebhookHeaders.Signed::version).distinct().toList()
            + ", the keys check "
            + keys.stream().map(WebhookKey::version).distinct().toList()
            + ".");
  }

  private static Event event(byte[] body) {
    try {
      JsonNode json = READER.readTree(body);
      if (!json.path("type").isTextual()) {
        throw refused(Reason.NOT_AN_EVENT, "The body has no `type`.");
      }
      return Json.MAPPER.treeToValue(json, Event.class);
    } catch (IOException e) {
      throw new WebhookVerificationException(Reason.NOT_AN_EVENT, "The body is no event.", e);
    }
  }

  private static @Nullable String find(Map<String, ?> headers, String name) {
    for (Map.Entry<String, ?> header : headers.entrySet()) {
      // the JDK's own maps name the status line null
      if (name.equalsIgnoreCase(header.getKey())) {
        return text(header.getValue());
      }
    }
    return null;
  }

  private static @Nullable String text(@Nullable Object value) {
    if (value instanceof Iterable<?> several) {
      StringBuilder all = new StringBuilder();
      several.forEach(one -> all.append(all.length() == 0 ? "" : " ").append(one));
      return all.toString();
    }
    return value == null ? null : value.toString();
  }

  private static WebhookVerificationException refused(Reason reason, String message) {
    return new WebhookVerificationException(reason, message, null);
  }

  /// Builds [Webhooks]. At least one key must be given.
  public static final class Builder {
    private final List<WebhookKey> keys = new ArrayList<>();
    private Duration tolerance = Duration.ofMinutes(5);
    private InstantSource time = InstantSource.system();

    private Builder() {}

    /// `whsec_…`, the secret of the endpoint (`v1`), or `whpk_…`, the server's public key (`v1a`).
    /// Several at once while one replaces the other.
    ///
    /// @throws IllegalArgumentException when it is neither
    public Builder key(String key) {
      keys.add(WebhookKey.parse(key));
      return this;
    }

    /// How old, or how far ahead, a webhook may be. 5 minutes unless said otherwise.
    public Builder tolerance(Duration tolerance) {
      if (tolerance.isNegative()) {
        throw new IllegalArgumentException("The tolerance cannot be negative: " + tolerance);
      }
      this.tolerance = tolerance;
      return this;
    }

    /// What time it is, for tests.
    public Builder time(InstantSource time) {
      this.time = Objects.requireNonNull(time);
      return this;
    }

    Builder keysIn(@Nullable String text) {
      for (String key : text == null ? new String[0] : text.strip().split("\\s+")) {
        if (!key.isEmpty()) {
          key(key);
        }
      }
      return this;
    }

    /// @throws IllegalStateException when there is no key
    public Webhooks build() {
      Webhooks webhooks = buildIfAny();
      if (webhooks == null) {
        throw noKey();
      }
      return webhooks;
    }

    @Nullable Webhooks buildIfAny() {
      return keys.isEmpty() ? null : new Webhooks(this);
    }
  }
}

package ai.chatflow.channels.telegram;

import ai.chatflow.channels.Secret;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.channels.wire.ProviderHttp;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Calls of the Bot API. The token is part of the address, so nothing that is said of a call names
/// the address, and what others say of one is cleaned. Source: Telegram, "Bot API › Making
/// requests".
final class TelegramClient implements AutoCloseable {
  private static final int OK = 200;
  private static final int REDIRECT = 300;
  private static final int BAD_GATEWAY = 502;
  private static final int GATEWAY_TIMEOUT = 504;
  private static final int LONGEST_DESCRIPTION = 1_000;
  private static final int LONGEST_WAIT = 86_400;

  /// What came of a call.
  sealed interface Reply {
    /// Telegram did it.
    record Done(JsonNode result) implements Reply {}

    /// Telegram refused.
    record Refused(int code, String description, @Nullable Duration retryAfter) implements Reply {}

    /// No byte of the request left.
    record NotSent(String detail) implements Reply {}

    /// The request may have arrived; no answer did that says what became of it.
    record Lost(String detail) implements Reply {}
  }

  private final URI base;
  private final ProviderHttp http;

  /// @param base scheme and host of the Bot API
  /// @param connectTimeout included in `timeout`
  TelegramClient(URI base, Duration connectTimeout, Duration timeout) {
    this.base = base;
    this.http = new ProviderHttp(connectTimeout, timeout);
  }

  Duration timeout() {
    return http.timeout();
  }

  Reply call(Secret token, String method, ObjectNode parameters) {
    var body = HttpRequest.BodyPublishers.ofString(parameters.toString(), StandardCharsets.UTF_8);
    var request =
        HttpRequest.newBuilder(base.resolve("/bot" + token.reveal() + "/" + method))
            .header("Content-Type", "application/json")
            .POST(body);
    return switch (http.call(request)) {
      case ProviderHttp.Answer.NotSent(String detail) -> new Reply.NotSent(detail);
      case ProviderHttp.Answer.Lost(String detail) -> new Reply.Lost(clean(detail, token));
      case ProviderHttp.Answer.Answered answered -> reply(answered, token);
    };
  }

  @Override
  public void close() {
    http.close();
  }

  /// A gateway may have passed the request on; so may one that answers 200 with something else.
  private static Reply reply(ProviderHttp.Answer.Answered answered, Secret token) {
    int status = answered.status();
    ObjectNode body = answered.body();
    Boolean ok = Json.bool(body, "ok");
    if (status == BAD_GATEWAY || status == GATEWAY_TIMEOUT) {
      return new Reply.Lost("HTTP " + status + " from a gateway");
    }
    if (Boolean.FALSE.equals(ok)) {
      JsonNode code = body.path("error_code");
      String description = Json.text(body, "description");
      return new Reply.Refused(
          code.canConvertToInt() ? code.intValue() : status,
          clean(description == null ? "HTTP " + status : description, token),
          retryAfter(body, answered.retryAfter()));
    }
    if (status >= OK && status < REDIRECT) {
      JsonNode result = body.get("result");
      return Boolean.TRUE.equals(ok)
          ? new Reply.Done(result == null ? MissingNode.getInstance() : result)
          : new Reply.Lost("HTTP " + status + " without an answer");
    }
    return new Reply.Refused(status, "HTTP " + status, answered.retryAfter());
  }

  private static @Nullable Duration retryAfter(ObjectNode body, @Nullable Duration otherwise) {
    JsonNode seconds = Json.objectOrEmpty(body, "parameters").path("retry_after");
    return seconds.canConvertToInt() && seconds.intValue() >= 0
        ? Duration.ofSeconds(Math.min(seconds.intValue(), LONGEST_WAIT))
        : otherwise;
  }

  private static String clean(String text, Secret token) {
    String clean = text.replace(token.reveal(), "***");
    return clean.length() > LONGEST_DESCRIPTION ? clean.substring(0, LONGEST_DESCRIPTION) : clean;
  }
}

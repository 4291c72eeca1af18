package ai.chatflow.channels.twiliosms;

import ai.chatflow.channels.Secret;
import ai.chatflow.channels.wire.Form;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.channels.wire.ProviderHttp;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Calls of the REST API, of one account at a time. Source: Twilio, "API › Requests" and
/// "Responses".
final class TwilioClient implements AutoCloseable {
  private static final int OK = 200;
  private static final int REDIRECT = 300;
  private static final int SERVER_ERROR = 500;
  private static final int UNAVAILABLE = 503;
  private static final int LONGEST_MESSAGE = 1_000;
  private static final String ACCOUNTS = "/2010-04-01/Accounts/";

  /// Who calls.
  record Account(String sid, Secret token) {}

  /// What came of a call.
  sealed interface Reply {
    /// Twilio did it.
    record Done(ObjectNode resource) implements Reply {}

    /// Twilio refused, and surely did nothing.
    ///
    /// @param code Twilio's own; 0 where it gave none
    record Refused(int status, int code, String message, @Nullable Duration retryAfter)
        implements Reply {}

    /// No byte of the request left.
    record NotSent(String detail) implements Reply {}

    /// The request may have been carried out; no answer says so.
    record Lost(String detail) implements Reply {}
  }

  private final URI base;
  private final ProviderHttp http;

  /// @param base scheme and host of the REST API
  /// @param connectTimeout included in `timeout`
  TwilioClient(URI base, Duration connectTimeout, Duration timeout) {
    this.base = base;
    this.http = new ProviderHttp(connectTimeout, timeout);
  }

  Duration timeout() {
    return http.timeout();
  }

  /// @param path below the account's own
  Reply get(Account account, String path) {
    return reply(http.call(request(account, path).GET()));
  }

  /// @param path below the account's own
  Reply post(Account account, String path, Form form) {
    var body = HttpRequest.BodyPublishers.ofString(form.encoded(), StandardCharsets.UTF_8);
    return reply(
        http.call(
            request(account, path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(body)));
  }

  @Override
  public void close() {
    http.close();
  }

  private HttpRequest.Builder request(Account account, String path) {
    String both = account.sid() + ":" + account.token().reveal();
    String basic = Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
    return HttpRequest.newBuilder(base.resolve(ACCOUNTS + account.sid() + path))
        .header("Authorization", "Basic " + basic);
  }

  private static Reply reply(ProviderHttp.Answer answer) {
    return switch (answer) {
      case ProviderHttp.Answer.NotSent(String detail) -> new Reply.NotSent(detail);
      case ProviderHttp.Answer.Lost(String detail) -> new Reply.Lost(detail);
      case ProviderHttp.Answer.Answered(int status, var body, var retryAfter) ->
          reply(status, body, retryAfter);
    };
  }

  /// After a 500 "it is possible for a customer to receive multiple messages" (Twilio, "Error
  /// 20500"), and a gateway may have passed the request on: only 503 says that nothing was begun
  /// ("Error 20503").
  private static Reply reply(int status, ObjectNode body, @Nullable Duration retryAfter) {
    if (status >= OK && status < REDIRECT) {
      return body.isEmpty()
          ? new Reply.Lost("HTTP " + status + " without an answer")
          : new Reply.Done(body);
    }
    if (status >= SERVER_ERROR && status != UNAVAILABLE) {
      return new Reply.Lost("HTTP " + status);
    }
    JsonNode code = body.path("code");
    String message = Json.text(body, "message");
    return new Reply.Refused(
        status,
        code.canConvertToInt() ? code.intValue() : 0,
        TwilioWebhook.shortened(message == null ? "HTTP " + status : message, LONGEST_MESSAGE),
        retryAfter);
  }
}

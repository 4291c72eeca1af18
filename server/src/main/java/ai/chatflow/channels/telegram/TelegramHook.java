package ai.chatflow.channels.telegram;

import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.channels.ChannelAdapter.Inbound;
import ai.chatflow.channels.ChannelUpdates;
import ai.chatflow.channels.Hook;
import ai.chatflow.channels.Hooks;
import ai.chatflow.channels.InboundSink;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.channels.wire.MalformedWebhook;
import ai.chatflow.platform.errors.BadRequest;
import ai.chatflow.platform.errors.DomainException;
import ai.chatflow.platform.http.BodyLimit;
import ai.chatflow.platform.http.ProblemWriter;
import ai.chatflow.platform.ids.ChannelId;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `/hooks/telegram/{hook_id}`: where a bot posts its updates. 200 means stored; anything else
/// makes Telegram come again. Source: Telegram, "Bot API › setWebhook".
final class TelegramHook extends HttpServlet {
  static final String HEADER = "X-Telegram-Bot-Api-Secret-Token";

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(TelegramHook.class);
  private static final String PROVIDER = ChannelType.TELEGRAM.value();

  private final transient Hooks hooks;
  private final transient InboundSink sink;
  private final transient ProblemWriter problems;
  private final transient InstantSource clock;

  TelegramHook(Inbound inbound) {
    this.hooks = inbound.hooks();
    this.sink = inbound.sink();
    this.problems = inbound.problems();
    this.clock = inbound.clock();
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      String secret = request.getHeader(HEADER);
      Hook hook =
          hooks.authentic(
              hooks.named(request.getPathInfo(), ChannelType.TELEGRAM),
              known -> matches(known, secret),
              HEADER + " is not the secret of this hook.");
      byte[] body = BodyLimit.read(request.getInputStream(), BodyLimit.HOOK);
      String pressed = accept(hook, body);
      response.setStatus(HttpServletResponse.SC_OK);
      if (pressed != null) {
        release(pressed, response);
      }
    } catch (BodyLimit.TooLarge _) {
      problems.write(response, ProblemCode.PAYLOAD_TOO_LARGE, "At most 3 MiB.");
    } catch (DomainException refusal) {
      problems.write(response, refusal);
    }
  }

  /// Stores what the update says.
  ///
  /// @return the pressed button that waits to be told so
  private @Nullable String accept(Hook hook, byte[] body) {
    TelegramWebhook webhook;
    try {
      webhook = TelegramWebhook.parse(body, clock.instant());
    } catch (MalformedWebhook e) {
      throw new BadRequest(ProblemCode.MALFORMED_JSON, String.valueOf(e.getMessage()));
    }
    ChannelId channel = hooks.onlyChannel(hook);
    String reason = channel == null ? "unknown_bot" : webhook.partial() ? "partial" : null;
    if (reason != null) {
      LOG.warn("A webhook was kept whole. hook={} reason={}", hook.id(), reason);
      hooks.journal(hook, "{}", body, reason);
    }
    if (channel != null) {
      sink.accept(
          List.of(new ChannelUpdates(hook.workspace(), channel, PROVIDER, webhook.updates())));
    }
    hooks.seen(hook);
    return webhook.pressed();
  }

  /// Telegram, "Making requests when getting updates": the answer to a webhook may ask for a
  /// method. Until it is told so, a button that was pressed shows that it waits.
  private static void release(String pressed, HttpServletResponse response) throws IOException {
    var answer = Json.MAPPER.createObjectNode();
    answer.put("method", "answerCallbackQuery").put("callback_query_id", pressed);
    response.setContentType("application/json");
    response.getOutputStream().write(answer.toString().getBytes(StandardCharsets.UTF_8));
  }

  /// Compares in constant time.
  private static boolean matches(Hook hook, @Nullable String secret) {
    return secret != null
        && MessageDigest.isEqual(
            secret.getBytes(StandardCharsets.UTF_8),
            hook.appSecret().reveal().getBytes(StandardCharsets.UTF_8));
  }
}

package ai.chatflow.channels.twiliosms;

import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.channels.ChannelAdapter.Inbound;
import ai.chatflow.channels.ChannelUpdates;
import ai.chatflow.channels.Hook;
import ai.chatflow.channels.Hooks;
import ai.chatflow.channels.InboundSink;
import ai.chatflow.channels.wire.Form;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.channels.wire.MalformedWebhook;
import ai.chatflow.platform.errors.BadRequest;
import ai.chatflow.platform.errors.DomainException;
import ai.chatflow.platform.http.BodyLimit;
import ai.chatflow.platform.http.ProblemWriter;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.MessageId;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `/hooks/twilio-sms/{hook_id}`: where Twilio posts what people write, and, with our id of the
/// message in the query, what became of what we sent. 200 means stored; the answer is TwiML that
/// asks for nothing. Source: Twilio, "Twilio's request to your incoming message Webhook URL".
final class TwilioHook extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(TwilioHook.class);
  private static final String PROVIDER = ChannelType.TWILIO_SMS.value();
  private static final byte[] NOTHING = "<Response/>".getBytes(StandardCharsets.UTF_8);

  private final transient Hooks hooks;
  private final transient InboundSink sink;
  private final transient ProblemWriter problems;
  private final transient InstantSource clock;
  private final transient Addresses addresses;

  TwilioHook(Inbound inbound, Addresses addresses) {
    this.hooks = inbound.hooks();
    this.sink = inbound.sink();
    this.problems = inbound.problems();
    this.clock = inbound.clock();
    this.addresses = addresses;
  }

  /// What came: the form, or, where the body is none, what stands instead.
  ///
  /// @param url the address as Twilio was given it
  private record Post(URI url, @Nullable String hash, byte[] body, @Nullable Form form) {
    boolean signed(Hook hook, @Nullable String signature) {
      boolean whole = hash == null || TwilioSignature.isHashOf(body, hash);
      return whole && TwilioSignature.matches(hook.appSecret(), url, form, signature);
    }
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      Hook hook = hooks.named(request.getPathInfo(), ChannelType.TWILIO_SMS);
      byte[] body = BodyLimit.read(request.getInputStream(), BodyLimit.HOOK);
      Post post = post(hook, request.getQueryString(), body);
      accept(
          authentic(hook, post, request.getHeader(TwilioSignature.HEADER)),
          post,
          ours(Addresses.parameter(request.getQueryString(), Addresses.MESSAGE)));
      response.setStatus(HttpServletResponse.SC_OK);
      response.setContentType("text/xml");
      response.getOutputStream().write(NOTHING);
    } catch (BodyLimit.TooLarge _) {
      problems.write(response, ProblemCode.PAYLOAD_TOO_LARGE, "At most 3 MiB.");
    } catch (DomainException refusal) {
      problems.write(response, refusal);
    }
  }

  private Post post(Hook hook, @Nullable String query, byte[] body) {
    URI url = addresses.posted(hook.id(), query);
    String hash = Addresses.parameter(query, TwilioSignature.BODY_HASH);
    if (hash != null) {
      return new Post(url, hash, body, null);
    }
    try {
      return new Post(url, null, body, Form.parse(new String(body, StandardCharsets.UTF_8)));
    } catch (MalformedWebhook e) {
      throw new BadRequest(ProblemCode.MALFORMED_REQUEST, String.valueOf(e.getMessage()));
    }
  }

  private void accept(Hook hook, Post post, @Nullable MessageId ours) {
    TwilioWebhook webhook;
    try {
      var fields = post.form() == null ? Json.object(post.body()) : post.form().toJson();
      webhook = TwilioWebhook.parse(fields, ours, clock.instant());
    } catch (MalformedWebhook e) {
      throw new BadRequest(ProblemCode.MALFORMED_JSON, String.valueOf(e.getMessage()));
    }
    ChannelId channel = hooks.onlyChannel(hook);
    String reason = channel == null ? "unknown_sender" : webhook.partial() ? "partial" : null;
    if (reason != null) {
      LOG.warn("A webhook was kept whole. hook={} reason={}", hook.id(), reason);
      hooks.journal(hook, "{}", post.body(), reason);
    }
    if (channel != null) {
      sink.accept(
          List.of(new ChannelUpdates(hook.workspace(), channel, PROVIDER, webhook.updates())));
    }
    hooks.seen(hook);
  }

  private Hook authentic(Hook hook, Post post, @Nullable String signature) {
    return hooks.authentic(
        hook,
        known -> post.signed(known, signature),
        TwilioSignature.HEADER + " does not match the body and " + addresses.publicUrl() + ".");
  }

  private static @Nullable MessageId ours(@Nullable String id) {
    try {
      return id == null ? null : MessageId.fromString(id);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}

package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.channels.ChannelAdapter.Inbound;
import ai.chatflow.channels.Hook;
import ai.chatflow.channels.Hooks;
import ai.chatflow.channels.InboundSink;
import ai.chatflow.channels.wire.MalformedWebhook;
import ai.chatflow.platform.errors.BadRequest;
import ai.chatflow.platform.errors.DomainException;
import ai.chatflow.platform.errors.Forbidden;
import ai.chatflow.platform.http.BodyLimit;
import ai.chatflow.platform.http.ProblemWriter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `/hooks/whatsapp-cloud/{hook_id}`: where Meta posts. A plain servlet, because this is the
/// busiest path of the house. 200 means stored; anything else makes Meta come again, for up to
/// seven days. Source: Meta, "Webhooks › Getting started".
final class HookServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(HookServlet.class);

  private static final int LONGEST_CHALLENGE = 1_000;

  private final transient Hooks hooks;
  private final transient Routing routing;
  private final transient InboundSink sink;
  private final transient ProblemWriter problems;
  private final transient InstantSource clock;

  HookServlet(Inbound inbound) {
    this.hooks = inbound.hooks();
    this.routing = new Routing(hooks);
    this.sink = inbound.sink();
    this.problems = inbound.problems();
    this.clock = inbound.clock();
  }

  /// Meta asks whether the address is ours.
  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      Hook hook = hooks.named(request.getPathInfo(), ChannelType.WHATSAPP_CLOUD);
      String challenge = request.getParameter("hub.challenge");
      boolean subscribes = "subscribe".equals(request.getParameter("hub.mode"));
      if (!subscribes
          || challenge == null
          || challenge.length() > LONGEST_CHALLENGE
          || !verified(hook, request.getParameter("hub.verify_token"))) {
        throw new Forbidden(ProblemCode.PERMISSION_DENIED, "The verify token is not the hook's.");
      }
      response.setContentType("text/plain;charset=utf-8");
      response.getOutputStream().write(challenge.getBytes(StandardCharsets.UTF_8));
    } catch (DomainException refusal) {
      problems.write(response, refusal);
    }
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      Hook hook = hooks.named(request.getPathInfo(), ChannelType.WHATSAPP_CLOUD);
      byte[] body = BodyLimit.read(request.getInputStream(), BodyLimit.HOOK);
      String signature = request.getHeader(Signature.HEADER);
      accept(
          hooks.authentic(
              hook,
              known -> Signature.matches(known.appSecret(), body, signature),
              Signature.HEADER + " does not match the body."),
          body);
      response.setStatus(HttpServletResponse.SC_OK);
    } catch (BodyLimit.TooLarge _) {
      problems.write(response, ProblemCode.PAYLOAD_TOO_LARGE, "At most 3 MiB.");
    } catch (DomainException refusal) {
      problems.write(response, refusal);
    }
  }

  private void accept(Hook hook, byte[] body) {
    WhatsAppWebhook webhook;
    try {
      webhook = WhatsAppWebhook.parse(body, clock.instant());
    } catch (MalformedWebhook e) {
      throw new BadRequest(ProblemCode.MALFORMED_JSON, String.valueOf(e.getMessage()));
    }
    var routed = routing.route(hook, webhook);
    String reason = routed.reasonToKeepRaw();
    if (reason != null) {
      LOG.warn("A webhook was kept whole. hook={} reason={}", hook.id(), reason);
      hooks.journal(hook, "{}", body, reason);
    }
    if (!routed.updates().isEmpty()) {
      sink.accept(routed.updates());
    }
    hooks.seen(hook);
  }

  private boolean verified(Hook hook, @Nullable String token) {
    return token != null
        && MessageDigest.isEqual(
            token.getBytes(StandardCharsets.UTF_8),
            hook.verifyToken().reveal().getBytes(StandardCharsets.UTF_8));
  }
}

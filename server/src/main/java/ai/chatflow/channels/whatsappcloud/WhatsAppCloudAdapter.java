package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.api.model.ChannelCheck;
import ai.chatflow.api.model.ChannelConfig;
import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.ContactIdentityKind;
import ai.chatflow.api.model.MessageError;
import ai.chatflow.api.model.MessageErrorCode;
import ai.chatflow.api.model.WhatsAppCloudConfig;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.ChannelAdapter;
import ai.chatflow.channels.ChannelSetup;
import ai.chatflow.channels.OutboundMessage;
import ai.chatflow.channels.Secret;
import ai.chatflow.channels.SendOutcome;
import ai.chatflow.channels.TemplateCatalogue;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.channels.wire.ProviderHttp.Answer;
import ai.chatflow.content.Capabilities;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServlet;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The plug of the WhatsApp Cloud API.
public final class WhatsAppCloudAdapter implements ChannelAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(WhatsAppCloudAdapter.class);
  private static final WhatsAppCloudSetup SETUP = new WhatsAppCloudSetup();
  private static final Capabilities CAPABILITIES = Capabilities.whatsApp();
  private static final int BAD_GATEWAY = 502;
  private static final int GATEWAY_TIMEOUT = 504;
  private static final int OK = 200;
  private static final int REDIRECT = 300;
  private static final int CLIENT_ERROR = 400;

  private final GraphClient graph;
  private final TemplateCatalogue templates;

  /// @param base scheme and host of the Graph API, `https://graph.facebook.com` outside of tests
  public WhatsAppCloudAdapter(URI base, Duration connectTimeout, Duration callTimeout) {
    this.graph = new GraphClient(base, connectTimeout, callTimeout);
    this.templates = new WhatsAppTemplateCatalogue(graph);
  }

  @Override
  public ChannelType type() {
    return ChannelType.WHATSAPP_CLOUD;
  }

  @Override
  public ChannelSetup<?> setup() {
    return SETUP;
  }

  @Override
  public Capabilities capabilities(ChannelConfig config) {
    return CAPABILITIES;
  }

  @Override
  public List<ContactIdentityKind> addresses() {
    return List.of(ContactIdentityKind.PHONE, ContactIdentityKind.WHATSAPP_USER_ID);
  }

  @Override
  public Duration callTimeout() {
    return graph.timeout();
  }

  @Override
  public SendOutcome send(Channel channel, OutboundMessage message) {
    Secret token = channel.credential();
    if (token == null) {
      return new SendOutcome.ChannelDown(
          error(MessageErrorCode.CHANNEL_UNAUTHORIZED, "The channel has no access token."));
    }
    ObjectNode body;
    try {
      body = WhatsAppMessages.request(message);
    } catch (IllegalArgumentException e) {
      return new SendOutcome.Failed(
          error(MessageErrorCode.CONTENT_REJECTED, String.valueOf(e.getMessage())));
    }
    return switch (graph.post(messagesPath(channel), token, body)) {
      case Answer.NotSent(String detail) -> new SendOutcome.NotSent(detail);
      case Answer.Lost(String detail) -> new SendOutcome.Unknown(detail);
      case Answer.Answered answered -> outcome(answered);
    };
  }

  @Override
  public void markRead(Channel channel, String providerMessageId, boolean typing) {
    Secret token = channel.credential();
    if (token == null) {
      return;
    }
    ObjectNode body = WhatsAppMessages.read(providerMessageId, typing);
    if (!(graph.post(messagesPath(channel), token, body) instanceof Answer.Answered answered)
        || answered.status() != OK) {
      LOG.info("A message was not marked as read. channel={}", channel.id());
    }
  }

  @Override
  public TemplateCatalogue templates() {
    return templates;
  }

  @Override
  public List<ChannelCheck> examine(Channel channel) {
    Secret token = channel.credential();
    if (token == null) {
      return List.of(WhatsAppChecks.noToken());
    }
    WhatsAppCloudConfig config = config(channel);
    String version = "/" + config.apiVersion() + "/";
    String number = version + config.phoneNumberId() + "?fields=id,quality_rating";
    var checks = new ArrayList<>(WhatsAppChecks.number(graph.get(number, token)));
    if (checks.getFirst().status() == ChannelCheck.StatusEnum.PASS) {
      String subscribed = version + config.wabaId() + "/subscribed_apps";
      checks.add(WhatsAppChecks.subscription(graph.get(subscribed, token), config.appId()));
    }
    return checks;
  }

  /// Meta, "WhatsApp Business Account › Subscribed Apps": the app of the token gets the account's
  /// webhooks. Where they are posted is set in the app, by its owner. Nothing is taken back when a
  /// channel is disconnected: other numbers of the account may share the subscription.
  @Override
  public Connection connect(Channel channel, @Nullable Webhook webhook) {
    Secret token = channel.credential();
    if (token == null) {
      return new Connection.Refused(
          error(MessageErrorCode.CHANNEL_UNAUTHORIZED, "The channel has no access token."));
    }
    WhatsAppCloudConfig config = config(channel);
    String path = "/" + config.apiVersion() + "/" + config.wabaId() + "/subscribed_apps";
    return switch (graph.post(path, token, Json.MAPPER.createObjectNode())) {
      case Answer.NotSent(String detail) -> new Connection.Unreached(detail);
      case Answer.Lost(String detail) -> new Connection.Unreached(detail);
      case Answer.Answered answered -> connection(answered);
    };
  }

  private static Connection connection(Answer.Answered answered) {
    if (answered.status() == OK) {
      return new Connection.Made(null);
    }
    JsonNode error = Json.objectOrEmpty(answered.body(), "error");
    if (error.isEmpty()) {
      return new Connection.Unreached("HTTP " + answered.status());
    }
    MessageError reason = WhatsAppErrors.messageError(error);
    return reason.retryable()
        ? new Connection.Unreached(reason.detail())
        : new Connection.Refused(reason);
  }

  @Override
  public HttpServlet receiver(Inbound inbound) {
    return new HookServlet(inbound);
  }

  @Override
  public void close() {
    graph.close();
  }

  /// Meta answers 200 with the id of what it accepted. An answer that says neither that nor why not
  /// leaves the outcome open; so does a gateway, which may have passed the request on.
  private static SendOutcome outcome(Answer.Answered answer) {
    int status = answer.status();
    JsonNode error = answer.body().get("error");
    if (error != null && error.isObject()) {
      return WhatsAppErrors.outcome(status, error, answer.retryAfter());
    }
    if (status >= OK && status < REDIRECT) {
      for (JsonNode accepted : Json.elements(answer.body(), "messages")) {
        String id = Json.text(accepted, "id");
        if (id != null) {
          return new SendOutcome.Accepted(id);
        }
      }
      return new SendOutcome.Unknown("HTTP " + status + " without a message id");
    }
    if (status == BAD_GATEWAY || status == GATEWAY_TIMEOUT) {
      return new SendOutcome.Unknown("HTTP " + status + " from a gateway");
    }
    if (status < CLIENT_ERROR) {
      return new SendOutcome.Retry(
          error(MessageErrorCode.PROVIDER_ERROR, "HTTP " + status + " instead of an answer."),
          null);
    }
    ObjectNode unnamed = Json.MAPPER.createObjectNode().put("message", "HTTP " + status);
    return WhatsAppErrors.outcome(status, unnamed, answer.retryAfter());
  }

  private static String messagesPath(Channel channel) {
    WhatsAppCloudConfig config = config(channel);
    return "/" + config.apiVersion() + "/" + config.phoneNumberId() + "/messages";
  }

  private static WhatsAppCloudConfig config(Channel channel) {
    if (channel.config() instanceof WhatsAppCloudConfig config) {
      return config;
    }
    throw new IllegalArgumentException("not a WhatsApp channel: " + channel.id());
  }

  private static MessageError error(MessageErrorCode code, String detail) {
    return MessageError.builder().code(code).detail(detail).retryable(false).build();
  }
}

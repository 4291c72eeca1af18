package ai.chatflow.channels.telegram;

import ai.chatflow.api.model.ChannelCheck;
import ai.chatflow.api.model.ChannelConfig;
import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.ContactIdentityKind;
import ai.chatflow.api.model.MessageError;
import ai.chatflow.api.model.MessageErrorCode;
import ai.chatflow.api.model.ReactionContent;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.ChannelAdapter;
import ai.chatflow.channels.ChannelSetup;
import ai.chatflow.channels.OutboundMessage;
import ai.chatflow.channels.Secret;
import ai.chatflow.channels.SendOutcome;
import ai.chatflow.channels.telegram.TelegramClient.Reply;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.content.Capabilities;
import ai.chatflow.content.ContentType;
import ai.chatflow.content.FileLimit;
import com.fasterxml.jackson.databind.JsonNode;
import jakarta.servlet.http.HttpServlet;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The plug of Telegram: bots, through the Bot API.
public final class TelegramAdapter implements ChannelAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(TelegramAdapter.class);

  /// Telegram, "Bots FAQ": about 30 messages a second in all.
  private static final int RATE = 30;

  private static final Capabilities CAPABILITIES = capabilitiesOfBots();

  private final TelegramSetup setup;
  private final TelegramClient client;
  private final TelegramConnections connections;

  /// @param base scheme and host of the Bot API, `https://api.telegram.org` outside of tests
  /// @param random makes the secrets that webhooks carry
  public TelegramAdapter(
      URI base, Duration connectTimeout, Duration callTimeout, RandomGenerator random) {
    this.setup = new TelegramSetup(random);
    this.client = new TelegramClient(base, connectTimeout, callTimeout);
    this.connections = new TelegramConnections(client);
  }

  /// Telegram, "Bot API › sendMessage" and "InlineKeyboardButton". Header, footer, and what a list
  /// says of its rows are part of the text, so the rest of it has to be shorter.
  private static Capabilities capabilitiesOfBots() {
    var sendable = EnumSet.range(ContentType.TEXT, ContentType.REACTION);
    sendable.remove(ContentType.TEMPLATE);
    return new Capabilities(
            sendable,
            4_096,
            1_024,
            60,
            new Capabilities.Buttons(3_900, 10, 64, 64),
            new Capabilities.Rows(2_600, 20, 10, 10, 24, 24, 72, 64),
            new Capabilities.Link(3_900, 64),
            64,
            1,
            null)
        .withFiles(FileLimit.telegram());
  }

  @Override
  public ChannelType type() {
    return ChannelType.TELEGRAM;
  }

  @Override
  public ChannelSetup<?> setup() {
    return setup;
  }

  @Override
  public Capabilities capabilities(ChannelConfig config) {
    return CAPABILITIES;
  }

  @Override
  public List<ContactIdentityKind> addresses() {
    return List.of(ContactIdentityKind.TELEGRAM);
  }

  @Override
  public int sendRate() {
    return RATE;
  }

  @Override
  public Duration callTimeout() {
    return client.timeout();
  }

  @Override
  public SendOutcome send(Channel channel, OutboundMessage message) {
    Secret token = channel.credential();
    if (token == null) {
      return new SendOutcome.ChannelDown(
          error(MessageErrorCode.CHANNEL_UNAUTHORIZED, "The channel has no token."));
    }
    TelegramMessages.Call call;
    try {
      call = TelegramMessages.request(message);
    } catch (IllegalArgumentException e) {
      return new SendOutcome.Failed(
          error(MessageErrorCode.CONTENT_REJECTED, String.valueOf(e.getMessage())));
    }
    return switch (client.call(token, call.method(), call.parameters())) {
      case Reply.Done(var result) -> accepted(message, result);
      case Reply.Refused refused -> TelegramErrors.outcome(refused, message.groupId() != null);
      case Reply.NotSent(String detail) -> new SendOutcome.NotSent(detail);
      case Reply.Lost(String detail) -> new SendOutcome.Unknown(detail);
    };
  }

  /// Telegram shows nobody that a bot has read a message.
  @Override
  public void markRead(Channel channel, String providerMessageId, boolean typing) {
    Secret token = channel.credential();
    MessageRef message = MessageRef.parse(providerMessageId);
    if (!typing || token == null || message == null) {
      return;
    }
    TelegramMessages.Call call = TelegramMessages.typing(message.chat());
    if (!(client.call(token, call.method(), call.parameters()) instanceof Reply.Done)) {
      LOG.info("Typing was not shown. channel={}", channel.id());
    }
  }

  @Override
  public List<ChannelCheck> examine(Channel channel) {
    return connections.examine(channel);
  }

  @Override
  public Connection connect(Channel channel, @Nullable Webhook webhook) {
    return connections.connect(channel, webhook);
  }

  @Override
  public Connection disconnect(Channel channel) {
    return connections.disconnect(channel);
  }

  @Override
  public HttpServlet receiver(Inbound inbound) {
    return new TelegramHook(inbound);
  }

  @Override
  public void close() {
    client.close();
  }

  /// A reaction has no id of its own; nothing is ever said of it.
  private static SendOutcome accepted(OutboundMessage message, JsonNode result) {
    if (message.content() instanceof ReactionContent) {
      return new SendOutcome.Accepted("reaction:" + message.id());
    }
    JsonNode id = result.path("message_id");
    String chat = Json.text(Json.objectOrEmpty(result, "chat"), "id");
    if (!id.canConvertToLong() || !id.isIntegralNumber() || chat == null) {
      return new SendOutcome.Unknown("an answer without a message id");
    }
    return new SendOutcome.Accepted(new MessageRef(chat, id.longValue()).toString());
  }

  private static MessageError error(MessageErrorCode code, String detail) {
    return MessageError.builder().code(code).detail(detail).retryable(false).build();
  }
}

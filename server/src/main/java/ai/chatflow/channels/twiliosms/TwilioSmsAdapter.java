package ai.chatflow.channels.twiliosms;

import ai.chatflow.api.model.ChannelCheck;
import ai.chatflow.api.model.ChannelConfig;
import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.ContactIdentityKind;
import ai.chatflow.api.model.MessageError;
import ai.chatflow.api.model.MessageErrorCode;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.api.model.TwilioSmsConfig;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.ChannelAdapter;
import ai.chatflow.channels.ChannelSetup;
import ai.chatflow.channels.OutboundMessage;
import ai.chatflow.channels.SendOutcome;
import ai.chatflow.channels.twiliosms.TwilioClient.Account;
import ai.chatflow.channels.twiliosms.TwilioClient.Reply;
import ai.chatflow.channels.wire.Form;
import ai.chatflow.channels.wire.Form.Field;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.content.Capabilities;
import jakarta.servlet.http.HttpServlet;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The plug of SMS through Twilio. What is no text reaches people as text, links included.
public final class TwilioSmsAdapter implements ChannelAdapter {
  /// Twilio queues what a number cannot send at once: a long code sends about one message a second
  /// in North America and ten elsewhere (Twilio, "Understanding Twilio Rate Limits and Message
  /// Queues"). More would only wait there, where no priority counts.
  private static final int RATE = 10;

  private final TwilioSmsSetup setup = new TwilioSmsSetup();
  private final TwilioClient client;
  private final TwilioConnections connections;
  private final Addresses addresses;

  /// @param base scheme and host of the REST API, `https://api.twilio.com` outside of tests
  /// @param publicUrl where Twilio reaches this server
  public TwilioSmsAdapter(URI base, URI publicUrl, Duration connectTimeout, Duration callTimeout) {
    this.client = new TwilioClient(base, connectTimeout, callTimeout);
    this.connections = new TwilioConnections(client);
    this.addresses = new Addresses(publicUrl);
  }

  @Override
  public ChannelType type() {
    return ChannelType.TWILIO_SMS;
  }

  @Override
  public ChannelSetup<?> setup() {
    return setup;
  }

  @Override
  public Capabilities capabilities(ChannelConfig config) {
    return Capabilities.sms();
  }

  @Override
  public List<ContactIdentityKind> addresses() {
    return List.of(ContactIdentityKind.PHONE);
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
    Account account = TwilioConnections.account(channel);
    if (account == null) {
      return new SendOutcome.ChannelDown(
          error(MessageErrorCode.CHANNEL_UNAUTHORIZED, "The channel has no token."));
    }
    if (!(message.content() instanceof TextContent text)) {
      return new SendOutcome.Failed(
          error(MessageErrorCode.CONTENT_REJECTED, "This kind of content cannot be sent."));
    }
    return switch (client.post(account, "/Messages.json", form(channel, message, text))) {
      case Reply.Done(var resource) -> accepted(Json.text(resource, "sid"));
      case Reply.Refused refused -> TwilioErrors.outcome(refused);
      case Reply.NotSent(String detail) -> new SendOutcome.NotSent(detail);
      case Reply.Lost(String detail) -> new SendOutcome.Unknown(detail);
    };
  }

  /// Twilio, "Message resource › Create a Message". Its statuses carry our id, so that they say
  /// what became of a send whose answer was lost.
  private Form form(Channel channel, OutboundMessage message, TextContent text) {
    TwilioSmsConfig config = TwilioConnections.config(channel);
    var fields = new ArrayList<Field>();
    fields.add(new Field("To", message.address()));
    if (config.from() != null) {
      fields.add(new Field("From", config.from()));
    }
    if (config.messagingServiceSid() != null) {
      fields.add(new Field("MessagingServiceSid", config.messagingServiceSid()));
    }
    fields.add(new Field("Body", text.text()));
    if (channel.hook() != null) {
      URI statuses = addresses.statuses(channel.hook(), message.id());
      fields.add(new Field("StatusCallback", statuses.toString()));
    }
    return new Form(fields);
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
    return new TwilioHook(inbound, addresses);
  }

  @Override
  public void close() {
    client.close();
  }

  private static SendOutcome accepted(@Nullable String sid) {
    return sid == null
        ? new SendOutcome.Unknown("an answer without a message id")
        : new SendOutcome.Accepted(sid);
  }

  private static MessageError error(MessageErrorCode code, String detail) {
    return MessageError.builder().code(code).detail(detail).retryable(false).build();
  }
}

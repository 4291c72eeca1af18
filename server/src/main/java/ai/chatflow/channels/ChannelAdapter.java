package ai.chatflow.channels;

import ai.chatflow.api.model.ChannelCheck;
import ai.chatflow.api.model.ChannelConfig;
import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.ContactIdentityKind;
import ai.chatflow.api.model.MessageError;
import ai.chatflow.content.Capabilities;
import ai.chatflow.platform.http.ProblemWriter;
import jakarta.servlet.http.HttpServlet;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A plug: how one kind of provider is spoken to. Calls block and run on virtual threads, outside
/// of any transaction. `docs/channels/adding.md` is the tour for writing one.
public interface ChannelAdapter extends AutoCloseable {
  ChannelType type();

  /// What it makes of the settings of its channels.
  ChannelSetup<?> setup();

  /// What a channel with these settings can carry.
  Capabilities capabilities(ChannelConfig config);

  /// What people are reached by, best first.
  List<ContactIdentityKind> addresses();

  /// How many messages a second a channel sends when it is not told otherwise.
  default int sendRate() {
    return 80;
  }

  /// The longest that `send` can take; the sender leaves itself that much before its lane can be
  /// taken over.
  Duration callTimeout();

  /// Hands a message to the provider, once. Never throws for what the provider or the network does:
  /// that is what the outcomes are for. What surely was not sent and what may have been sent are
  /// different outcomes.
  SendOutcome send(Channel channel, OutboundMessage message);

  /// Shows the person that a message was read, and, if asked, that an answer is being typed. Best
  /// effort: what fails is logged. Some providers show neither.
  default void markRead(Channel channel, String providerMessageId, boolean typing) {}

  /// The templates of its accounts; null where the provider has none.
  default @Nullable TemplateCatalogue templates() {
    return null;
  }

  /// Asks the provider what works. Never throws for what the provider or the network does.
  List<ChannelCheck> examine(Channel channel);

  /// Asks the provider to let us in and to post its webhooks. Never throws for what the provider or
  /// the network does.
  ///
  /// @param webhook where to; null for a channel without a hook
  default Connection connect(Channel channel, @Nullable Webhook webhook) {
    return new Connection.Made(null);
  }

  /// Asks the provider to post no webhooks any more, where nothing else depends on them.
  default Connection disconnect(Channel channel) {
    return new Connection.Made(null);
  }

  /// Where a channel's webhooks come in, and the secret of its hook.
  record Webhook(URI url, Secret secret) {}

  /// What came of asking.
  sealed interface Connection {
    /// The provider did as asked.
    ///
    /// @param learned the settings with what the provider told; null keeps those that are there
    record Made(@Nullable ChannelConfig learned) implements Connection {}

    /// The provider refused.
    record Refused(MessageError error) implements Connection {}

    /// It cannot be said what the provider wants: it was not reached, or was out of order.
    record Unreached(String detail) implements Connection {}
  }

  /// What the provider posts its webhooks to, mounted below `Hooks.path`; null where it posts none.
  default @Nullable HttpServlet receiver(Inbound inbound) {
    return null;
  }

  /// What webhooks are taken in with.
  record Inbound(Hooks hooks, InboundSink sink, ProblemWriter problems, InstantSource clock) {}

  /// The provider drops a second send with the same message id, so that an unknown outcome may be
  /// sent again. Few promise that: elsewhere an unknown waits for a status that carries our id.
  default boolean deduplicates() {
    return false;
  }

  @Override
  default void close() {}
}

package ai.chatflow.channels;

import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.MessageContext;
import ai.chatflow.api.model.MessageError;
import ai.chatflow.api.model.MessagePricing;
import ai.chatflow.api.model.MessageStatus;
import ai.chatflow.platform.ids.MessageId;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One thing that a provider said, in words that are the same for every provider.
public sealed interface InboundUpdate {
  /// Who wrote a message, and how we come to see it.
  enum Origin {
    /// The person wrote it just now.
    CONTACT,
    /// The business wrote it, past us: on a phone, or through another application.
    ECHO,
    /// Written by either side before the channel was connected.
    HISTORY
  }

  /// A message.
  ///
  /// @param party the person it was written by or, for an echo, to
  /// @param status null for `CONTACT`. For `ECHO` and `HISTORY` where it had got to; `RECEIVED`
  ///   means that the person wrote it
  record MessageIn(
      String providerId,
      Instant at,
      Party party,
      Origin origin,
      MessageContent content,
      @Nullable MessageContext context,
      @Nullable String replyToProviderId,
      @Nullable Group group,
      @Nullable MessageStatus status)
      implements InboundUpdate {}

  /// A message that we sent got further.
  ///
  /// @param ourId what we gave the provider to carry along, where it came back
  record StatusIn(
      String providerId,
      MessageStatus status,
      Instant at,
      @Nullable MessageId ourId,
      @Nullable MessageError error,
      @Nullable MessagePricing pricing)
      implements InboundUpdate {}

  /// An earlier message now says something else.
  record EditIn(String providerId, Instant at, MessageContent content) implements InboundUpdate {}

  /// An earlier message was taken back.
  record RevokeIn(String providerId, Instant at) implements InboundUpdate {}

  /// A person moved from one identity to another of the same kind; `notice` is the system message
  /// that says so, from the old one.
  record IdentityChangeIn(String from, String to, Instant at, MessageIn notice)
      implements InboundUpdate {}

  /// A person asked for something to stop or to resume.
  record PreferenceIn(Party party, String category, String preference, Instant at)
      implements InboundUpdate {}

  /// Anything else: about the account, the number, a template, a group, or not understood. Whole.
  record NoticeIn(String field, @Nullable String detail, JsonNode payload, Instant at)
      implements InboundUpdate {}
}

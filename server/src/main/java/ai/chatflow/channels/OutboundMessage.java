package ai.chatflow.channels;

import ai.chatflow.api.model.MessageContent;
import ai.chatflow.platform.ids.MessageId;
import org.jspecify.annotations.Nullable;

/// A message on its way to a provider.
///
/// @param address the contact's identity on this channel: a number with `+`, or the provider's own
///   id of the person
/// @param replyToProviderId the provider's id of the message that is quoted
/// @param groupId the provider's id of the group that is written to instead of `address`
public record OutboundMessage(
    MessageId id,
    String address,
    MessageContent content,
    @Nullable String replyToProviderId,
    @Nullable String groupId) {}

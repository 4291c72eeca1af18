package ai.chatflow.flows;

import ai.chatflow.api.model.MessageContent;
import ai.chatflow.flows.nodes.Person;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.ConversationId;

/// A message that came in, as flows see it.
record Incoming(
    ContactId contact,
    ChannelId channel,
    ConversationId conversation,
    Person person,
    MessageContent content) {}

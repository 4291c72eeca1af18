package ai.chatflow.flows;

import ai.chatflow.flows.engine.SessionState;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.ConversationId;
import ai.chatflow.platform.ids.FlowId;
import ai.chatflow.platform.ids.FlowSessionId;
import java.time.Instant;

/// One run of a flow with one contact, on the version that it began with.
public record FlowSession(
    FlowSessionId id,
    FlowId flow,
    int version,
    ContactId contact,
    ChannelId channel,
    ConversationId conversation,
    SessionState state,
    Instant createdAt,
    Instant updatedAt) {

  FlowSession with(SessionState next, Instant now) {
    return new FlowSession(id, flow, version, contact, channel, conversation, next, createdAt, now);
  }
}

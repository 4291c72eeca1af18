package ai.chatflow.platform.events;

import ai.chatflow.api.model.ChannelEventData;
import ai.chatflow.api.model.ChannelNoticeEventData;
import ai.chatflow.api.model.ContactEventData;
import ai.chatflow.api.model.ContactPreferenceEventData;
import ai.chatflow.api.model.ConversationEventData;
import ai.chatflow.api.model.FlowEventData;
import ai.chatflow.api.model.FlowSessionEventData;
import ai.chatflow.api.model.MessageEventData;
import ai.chatflow.api.model.MessageTemplateEventData;
import ai.chatflow.api.model.OperationEventData;
import ai.chatflow.api.model.WebhookEndpointEventData;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The events of the contract (`Event` in OpenAPI) and the type of their data.
public enum EventType {
  MESSAGE_RECEIVED("message.received", MessageEventData.class),
  MESSAGE_SENT("message.sent", MessageEventData.class),
  MESSAGE_DELIVERED("message.delivered", MessageEventData.class),
  MESSAGE_READ("message.read", MessageEventData.class),
  MESSAGE_FAILED("message.failed", MessageEventData.class),
  MESSAGE_UNKNOWN("message.unknown", MessageEventData.class),
  MESSAGE_CANCELLED("message.cancelled", MessageEventData.class),
  MESSAGE_EDITED("message.edited", MessageEventData.class),
  MESSAGE_DELETED("message.deleted", MessageEventData.class),
  CONTACT_CREATED("contact.created", ContactEventData.class),
  CONTACT_UPDATED("contact.updated", ContactEventData.class),
  CONTACT_DELETED("contact.deleted", ContactEventData.class),
  CONTACT_PREFERENCE_CHANGED("contact.preference_changed", ContactPreferenceEventData.class),
  CONVERSATION_CREATED("conversation.created", ConversationEventData.class),
  CHANNEL_CREATED("channel.created", ChannelEventData.class),
  CHANNEL_UPDATED("channel.updated", ChannelEventData.class),
  CHANNEL_DELETED("channel.deleted", ChannelEventData.class),
  CHANNEL_NOTICE("channel.notice", ChannelNoticeEventData.class),
  MESSAGE_TEMPLATE_CREATED("message_template.created", MessageTemplateEventData.class),
  MESSAGE_TEMPLATE_UPDATED("message_template.updated", MessageTemplateEventData.class),
  MESSAGE_TEMPLATE_DELETED("message_template.deleted", MessageTemplateEventData.class),
  FLOW_PUBLISHED("flow.published", FlowEventData.class),
  FLOW_SESSION_STARTED("flow_session.started", FlowSessionEventData.class),
  FLOW_SESSION_COMPLETED("flow_session.completed", FlowSessionEventData.class),
  FLOW_SESSION_FAILED("flow_session.failed", FlowSessionEventData.class),
  WEBHOOK_ENDPOINT_FAILING("webhook_endpoint.failing", WebhookEndpointEventData.class),
  WEBHOOK_ENDPOINT_DISABLED("webhook_endpoint.disabled", WebhookEndpointEventData.class),
  WEBHOOK_ENDPOINT_ENABLED("webhook_endpoint.enabled", WebhookEndpointEventData.class),
  OPERATION_COMPLETED("operation.completed", OperationEventData.class);

  private static final Map<String, EventType> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toMap(EventType::wireName, Function.identity()));

  private final String wireName;
  private final Class<?> dataType;

  EventType(String wireName, Class<?> dataType) {
    this.wireName = wireName;
    this.dataType = dataType;
  }

  /// As it stands in the contract: `message.received`.
  public String wireName() {
    return wireName;
  }

  public Class<?> dataType() {
    return dataType;
  }

  public static Optional<EventType> named(String wireName) {
    return Optional.ofNullable(BY_NAME.get(wireName));
  }
}

package ai.chatflow.messaging.intake;

import ai.chatflow.api.model.ChannelNoticeEventData;
import ai.chatflow.api.model.ContactPreferenceEventData;
import ai.chatflow.channels.InboundUpdate.NoticeIn;
import ai.chatflow.channels.InboundUpdate.PreferenceIn;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.events.EventLog;
import ai.chatflow.platform.events.EventType;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.json.Json;
import ai.chatflow.templates.TemplateNotices;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tells of what people prefer, and of notices, whole; those about templates change what is known
/// of them, too.
final class Notices {
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  private final EventLog log;
  private final TemplateNotices templates;

  Notices(EventLog log, TemplateNotices templates) {
    this.log = log;
    this.templates = templates;
  }

  /// @param channel null when it is about an account with no channel here
  void tell(WorkspaceTx tx, @Nullable ChannelId channel, String provider, NoticeIn notice) {
    log.append(
        tx,
        EventType.CHANNEL_NOTICE,
        new ChannelNoticeEventData(
            channel,
            provider,
            notice.field(),
            notice.detail(),
            notice.at(),
            payload(notice.payload())));
  }

  /// What notices say of templates takes effect, all at once.
  void apply(WorkspaceTx tx, List<TemplateNotices.Heard> heard) {
    templates.apply(tx, heard);
  }

  void preference(WorkspaceTx tx, ContactId contact, ChannelId channel, PreferenceIn preference) {
    log.append(
        tx,
        EventType.CONTACT_PREFERENCE_CHANGED,
        new ContactPreferenceEventData(
            contact,
            channel,
            preference.category(),
            ContactPreferenceEventData.PreferenceEnum.fromValue(preference.preference()),
            preference.at()));
  }

  private static Map<String, Object> payload(JsonNode node) {
    return node.isObject()
        ? Json.MAPPER.convertValue(node, OBJECT)
        : Map.of("value", Json.MAPPER.convertValue(node, Object.class));
  }
}

package ai.chatflow.platform.events;

import ai.chatflow.api.EventsApi;
import ai.chatflow.api.model.EventPage;
import ai.chatflow.api.model.EventTypeList;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.errors.BadRequest;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.ConversationId;
import ai.chatflow.platform.ids.TypedId;
import ai.chatflow.platform.time.Monotonic;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.util.RawValue;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `/v1/events`.
public final class EventResource implements EventsApi {
  private final Db db;
  private final EventCatalogue catalogue;
  private final LiveEvents live;
  private final Monotonic monotonic;
  private final EventStore store = new EventStore();

  public EventResource(Db db, EventCatalogue catalogue, LiveEvents live, Monotonic monotonic) {
    this.db = db;
    this.live = live;
    this.monotonic = monotonic;
    this.catalogue = catalogue;
  }

  @Override
  public EventTypeList listEventTypes() {
    return new EventTypeList(EventTypeList.ObjectEnum.LIST, catalogue.types(), false, null);
  }

  @Override
  public EventPage listEvents(Integer limit, @Nullable String cursor, @Nullable List<String> type) {
    var after = cursor == null ? 0 : Long.parseLong(cursor);
    var types = named(type);
    var rows =
        db.inTransaction(
            RequestContext.current().workspace(),
            tx -> {
              if (cursor != null) {
                store.requireKept(tx, after);
              }
              return store.page(tx, after, types, limit + 1);
            });
    var shown = rows.size() > limit ? rows.subList(0, limit) : rows;
    var next = shown.isEmpty() ? after : shown.getLast().position();
    return new EventPage(
        EventPage.ObjectEnum.LIST,
        shown.stream().map(EventResource::toApi).toList(),
        rows.size() > limit,
        String.valueOf(next));
  }

  @Override
  public StreamingOutput streamEvents(
      @Nullable String cursor,
      @Nullable List<String> type,
      @Nullable ChannelId channelId,
      @Nullable ConversationId conversationId,
      @Nullable ContactId contactId,
      @Nullable String lastEventId) {
    var context = RequestContext.current();
    var from = lastEventId == null ? cursor : lastEventId;
    var subjects = new HashMap<String, String>();
    subject(subjects, "channel", channelId);
    subject(subjects, "conversation", conversationId);
    subject(subjects, "contact", contactId);
    var stream =
        live.stream(
            context.workspace(),
            from == null ? null : Long.valueOf(from),
            new EventFilter(named(type), subjects),
            new EventStream.Reader(context.standing(), context.cut()),
            monotonic);
    context.respondWith("Cache-Control", "no-store");
    context.respondWith("X-Accel-Buffering", "no");
    return stream;
  }

  private static void subject(Map<String, String> subjects, String kind, @Nullable TypedId id) {
    if (id != null) {
      subjects.put(kind, id.toString());
    }
  }

  private static List<EventType> named(@Nullable List<String> types) {
    return types == null ? List.of() : types.stream().map(EventResource::named).toList();
  }

  private static EventType named(String name) {
    return EventType.named(name)
        .orElseThrow(
            () ->
                new BadRequest(
                    ProblemCode.INVALID_PARAMETER, "type", "There is no event type " + name + "."));
  }

  /// The stored event as the contract shows it. Nothing of it is bound: an event of a newer node,
  /// of a type or with a field that this one does not know, is shown all the same.
  public static JsonNode toApi(StoredEvent stored) {
    var json = JsonNodeFactory.instance.objectNode();
    json.put("id", stored.id().toString());
    json.put("object", "event");
    json.put("position", stored.position());
    json.put("type", stored.type());
    json.put("timestamp", stored.timestamp().toString());
    json.putRawValue("data", new RawValue(stored.data()));
    return json;
  }
}

package ai.chatflow.platform.events;

import ai.chatflow.api.EventsApi;
import ai.chatflow.api.model.EventPage;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.errors.BadRequest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.util.RawValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `/v1/events`.
public final class EventResource implements EventsApi {
  private final Db db;
  private final EventStore store = new EventStore();

  public EventResource(Db db) {
    this.db = db;
  }

  @Override
  public EventPage listEvents(Integer limit, @Nullable String cursor, @Nullable List<String> type) {
    var after = cursor == null ? 0 : Long.parseLong(cursor);
    var types =
        type == null ? List.<EventType>of() : type.stream().map(EventResource::named).toList();
    var rows =
        db.inTransaction(
            RequestContext.current().workspace(), tx -> store.page(tx, after, types, limit + 1));
    var shown = rows.size() > limit ? rows.subList(0, limit) : rows;
    var next = shown.isEmpty() ? after : shown.getLast().position();
    return new EventPage(
        EventPage.ObjectEnum.LIST,
        shown.stream().map(EventResource::toApi).toList(),
        rows.size() > limit,
        String.valueOf(next));
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

package ai.chatflow.platform.events;

import ai.chatflow.platform.json.Json;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What an event is about, by the rules of the contract: `data` names a channel as `channel_id`, or
/// the resource in it does, or the resource is the channel. The same for every other kind.
public final class EventSubject {
  private final Map<String, Object> data;

  private EventSubject(Map<String, Object> data) {
    this.data = data;
  }

  public static EventSubject of(StoredEvent event) {
    return new EventSubject(Json.readObject(event.data()));
  }

  /// The data, as nested maps.
  public Map<String, Object> data() {
    return data;
  }

  /// @param kind `channel`, `contact`, `conversation`, …
  public Optional<String> id(String kind) {
    if (data.get(kind + "_id") instanceof String id) {
      return Optional.of(id);
    }
    return data.entrySet().stream()
        .filter(entry -> entry.getValue() instanceof Map)
        .flatMap(
            entry -> {
              var resource = (Map<?, ?>) entry.getValue();
              var id = resource.get(entry.getKey().equals(kind) ? "id" : kind + "_id");
              return id instanceof String text ? Stream.of(text) : Stream.empty();
            })
        .findFirst();
  }
}

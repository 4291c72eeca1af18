package ai.chatflow.platform.events;

import java.util.List;
import java.util.Map;

/// Which events a reader wants.
///
/// @param types none means all
/// @param subjects ids that an event must be about, by kind: `channel`, `conversation`, …
public record EventFilter(List<EventType> types, Map<String, String> subjects) {
  public EventFilter {
    types = List.copyOf(types);
    subjects = Map.copyOf(subjects);
  }

  /// Whether it is about the subjects; of the types the log is asked for only those.
  boolean wants(StoredEvent event) {
    if (subjects.isEmpty()) {
      return true;
    }
    var subject = EventSubject.of(event);
    return subjects.entrySet().stream()
        .allMatch(e -> subject.id(e.getKey()).filter(e.getValue()::equals).isPresent());
  }
}

package ai.chatflow.webhooks.delivery;

import ai.chatflow.platform.conditions.ConditionEvaluator;
import ai.chatflow.platform.conditions.ConditionParser;
import ai.chatflow.platform.conditions.Criterion;
import ai.chatflow.platform.conditions.Facts;
import ai.chatflow.platform.events.EventSubject;
import ai.chatflow.platform.events.StoredEvent;
import ai.chatflow.webhooks.endpoints.Endpoint.Wants;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Which events an endpoint wants. The fields of a condition are paths in `data`.
///
/// @param types empty is all
/// @param channels ids; empty is all
record Filter(Set<String> types, Set<String> channels, @Nullable Criterion condition) {
  static Filter of(Wants wants) {
    return new Filter(
        Set.copyOf(wants.types()),
        wants.channels().stream().map(String::valueOf).collect(Collectors.toSet()),
        wants.condition() == null ? null : ConditionParser.parse(wants.condition()));
  }

  boolean wants(StoredEvent event) {
    if (!types.isEmpty() && !types.contains(event.type())) {
      return false;
    }
    if (channels.isEmpty() && condition == null) {
      return true;
    }
    var subject = EventSubject.of(event);
    boolean elsewhere =
        !channels.isEmpty()
            && subject.id("channel").filter(id -> !channels.contains(id)).isPresent();
    return !elsewhere
        && (condition == null || ConditionEvaluator.holds(condition, Facts.ofMap(subject.data())));
  }
}

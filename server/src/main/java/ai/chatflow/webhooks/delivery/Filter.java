package ai.chatflow.webhooks.delivery;

import ai.chatflow.platform.conditions.ConditionEvaluator;
import ai.chatflow.platform.conditions.ConditionParser;
import ai.chatflow.platform.conditions.Facts;
import ai.chatflow.platform.events.EventSubject;
import ai.chatflow.platform.events.StoredEvent;
import ai.chatflow.webhooks.endpoints.Endpoint.Wants;
import java.util.stream.Collectors;

/// Whether an endpoint wants an event. The fields of a condition are paths in `data`.
final class Filter {
  private Filter() {}

  static boolean wanted(Wants wants, StoredEvent event) {
    if (!wants.types().isEmpty() && !wants.types().contains(event.type())) {
      return false;
    }
    if (wants.channels().isEmpty() && wants.condition() == null) {
      return true;
    }
    var subject = EventSubject.of(event);
    if (!wants.channels().isEmpty()) {
      var named = wants.channels().stream().map(String::valueOf).collect(Collectors.toSet());
      if (subject.id("channel").filter(id -> !named.contains(id)).isPresent()) {
        return false;
      }
    }
    return wants.condition() == null
        || ConditionEvaluator.holds(
            ConditionParser.parse(wants.condition()), Facts.ofMap(subject.data()));
  }
}

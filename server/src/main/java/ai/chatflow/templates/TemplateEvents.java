package ai.chatflow.templates;

import ai.chatflow.api.model.MessageTemplateEventData;
import ai.chatflow.api.model.MessageTemplateStatus;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.events.EventLog;
import ai.chatflow.platform.events.EventLog.NewEvent;
import ai.chatflow.platform.events.EventType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Says what happened to templates. They have an origin of their own, so that reading an account
/// with thousands of them delays nobody's message.
final class TemplateEvents {
  private static final String ORIGIN = "templates";

  private final EventLog log;

  TemplateEvents(EventLog log) {
    this.log = log;
  }

  /// A template before and after.
  ///
  /// @param before null when it is new
  record Step(@Nullable Template before, Template after) {}

  /// What is as it was is not told.
  void append(WorkspaceTx tx, List<Step> steps) {
    var events = steps.stream().flatMap(step -> event(step).stream()).toList();
    if (!events.isEmpty()) {
      log.append(tx, events);
    }
  }

  private static Optional<NewEvent> event(Step step) {
    if (step.before() == null) {
      return Optional.of(event(EventType.MESSAGE_TEMPLATE_CREATED, step.after(), List.of()));
    }
    var changed = step.after().differences(step.before());
    if (changed.isEmpty()) {
      return Optional.empty();
    }
    boolean gone =
        changed.contains("status")
            && step.after().shown().status() == MessageTemplateStatus.DELETED;
    var type = gone ? EventType.MESSAGE_TEMPLATE_DELETED : EventType.MESSAGE_TEMPLATE_UPDATED;
    return Optional.of(event(type, step.after(), changed));
  }

  private static NewEvent event(EventType type, Template template, List<String> changed) {
    return new NewEvent(type, new MessageTemplateEventData(template.shown(), changed), ORIGIN);
  }
}

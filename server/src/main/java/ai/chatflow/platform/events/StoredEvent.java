package ai.chatflow.platform.events;

import ai.chatflow.platform.ids.EventId;
import java.time.Instant;

/// A published event. `position` is consecutive within the workspace; `data` is JSON as rendered
/// when it happened.
public record StoredEvent(
    long position, EventId id, EventType type, Instant timestamp, String data) {}

package ai.chatflow.platform.events;

import ai.chatflow.platform.ids.EventId;
import java.time.Instant;

/// A published event. `position` is consecutive within the workspace; `type` is a name that this
/// version may not know, since a newer node can have written it; `data` is JSON as rendered when it
/// happened.
public record StoredEvent(long position, EventId id, String type, Instant timestamp, String data) {}

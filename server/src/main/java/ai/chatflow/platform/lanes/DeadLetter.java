package ai.chatflow.platform.lanes;

import java.time.Instant;
import java.util.UUID;

/// An item that could not be worked. `item` is JSON of its kind's own shape, enough to try again.
public record DeadLetter(
    UUID id, LaneKey lane, String item, String reason, int attempts, Instant createdAt) {}

/// The log of what happened. A change appends its event to `event_queue` in its own transaction;
/// one lane per workspace moves it into `event` with consecutive positions, so that a cursor is a
/// number and every reader sees one order.
///
/// Owns the tables `event_queue`, `event_head` and `event`.
@NullMarked
package ai.chatflow.platform.events;

import org.jspecify.annotations.NullMarked;

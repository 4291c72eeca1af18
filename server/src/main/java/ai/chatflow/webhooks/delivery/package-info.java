/// Posts events to endpoints. Each endpoint reads the event log by a cursor of its own; what is
/// delivered leaves no row but an attempt that is kept for some days; what failed becomes a
/// delivery with a schedule. A call never holds a lane's thread: an endpoint that hangs keeps
/// nobody waiting but itself.
///
/// Owns the tables `webhook_delivery` and `webhook_attempt`.
@NullMarked
package ai.chatflow.webhooks.delivery;

import org.jspecify.annotations.NullMarked;

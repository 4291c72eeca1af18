/// Conversations and messages: what comes in (group commit), what goes out (send lanes), and what
/// became of it.
///
/// Tables: `conversation`, `message`, `provider_ref`, `send_queue`, `scheduled_send`,
/// `inbound_queue`, `receipt_queue`.
@NullMarked
package ai.chatflow.messaging;

import org.jspecify.annotations.NullMarked;

/// The lanes that send: what may leave now, the call, and what became of it.
@NullMarked
package ai.chatflow.messaging.sending;

import org.jspecify.annotations.NullMarked;

/// What providers say, stored by group commit, and received messages on their way to the listener.
@NullMarked
package ai.chatflow.messaging.intake;

import org.jspecify.annotations.NullMarked;

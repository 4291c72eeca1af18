@NullMarked
package ai.chatflow.channels.telegram;

import org.jspecify.annotations.NullMarked;

@NullMarked
package ai.chatflow.channels.wire;

import org.jspecify.annotations.NullMarked;

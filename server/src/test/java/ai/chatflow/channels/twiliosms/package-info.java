@NullMarked
package ai.chatflow.channels.twiliosms;

import org.jspecify.annotations.NullMarked;

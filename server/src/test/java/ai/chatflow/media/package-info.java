@NullMarked
package ai.chatflow.media;

import org.jspecify.annotations.NullMarked;

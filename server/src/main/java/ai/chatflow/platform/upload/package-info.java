/// Files in forms, read bit by bit while they come in.
@NullMarked
package ai.chatflow.platform.upload;

import org.jspecify.annotations.NullMarked;

/// What every feature is wired with.
@NullMarked
package ai.chatflow.platform;

import org.jspecify.annotations.NullMarked;

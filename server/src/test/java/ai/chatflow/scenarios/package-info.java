/// What customers do, played from outside through the Java SDK against the whole server.
@NullMarked
package ai.chatflow.scenarios;

import org.jspecify.annotations.NullMarked;

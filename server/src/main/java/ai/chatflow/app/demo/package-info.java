/// `chatflow demo`: a story played on the sandbox channel, written with the Java SDK alone.
@NullMarked
package ai.chatflow.app.demo;

import org.jspecify.annotations.NullMarked;

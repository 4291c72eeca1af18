/// Tests of the sandbox.
@NullMarked
package ai.chatflow.channels.sandbox;

import org.jspecify.annotations.NullMarked;

/// What the product survives: the server as a process of its own, killed, starved and lied to.
@NullMarked
package ai.chatflow.faults;

import org.jspecify.annotations.NullMarked;

/// The flow engine: pure functions over a definition, a session and an input. The runner, the
/// simulation and the tests call the same code.
@NullMarked
package ai.chatflow.flows.engine;

import org.jspecify.annotations.NullMarked;

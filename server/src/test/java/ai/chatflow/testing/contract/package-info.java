/// The contract as tests read it: what each operation requires and promises, and whether an answer
/// keeps the promise. Written apart from the server's own reading of it.
@NullMarked
package ai.chatflow.testing.contract;

import org.jspecify.annotations.NullMarked;

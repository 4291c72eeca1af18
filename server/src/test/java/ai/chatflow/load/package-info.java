/// The load program: drives this server, and another system beside it, in alternating rounds on one
/// PostgreSQL, and prints rates, latencies and CPU per request. See docs/performance.md.
@NullMarked
package ai.chatflow.load;

import org.jspecify.annotations.NullMarked;

/// Time as a parameter. Instants come from the database, carried forward on a monotonic clock;
/// waits and leases are measured on the monotonic clock alone. The wall clock of a node decides
/// nothing.
@NullMarked
package ai.chatflow.platform.time;

import org.jspecify.annotations.NullMarked;

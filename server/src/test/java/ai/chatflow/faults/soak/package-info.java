/// The soak: half an hour of mixed load with a fault every two minutes, judged by what is stored
/// and by the simulated provider's own log. See docs/reliability.md.
@NullMarked
package ai.chatflow.faults.soak;

import org.jspecify.annotations.NullMarked;

/// Micro-benchmarks (JMH) of what runs once per message: `scripts/bench.sh`.
@NullMarked
package ai.chatflow.bench;

import org.jspecify.annotations.NullMarked;

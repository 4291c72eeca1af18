/// Tests of `ai.chatflow.flows.engine`.
@NullMarked
package ai.chatflow.flows.engine;

import org.jspecify.annotations.NullMarked;

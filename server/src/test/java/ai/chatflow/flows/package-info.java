/// Tests of `ai.chatflow.flows`.
@NullMarked
package ai.chatflow.flows;

import org.jspecify.annotations.NullMarked;

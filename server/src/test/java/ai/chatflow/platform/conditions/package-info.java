/// Tests of `ai.chatflow.platform.conditions`.
@NullMarked
package ai.chatflow.platform.conditions;

import org.jspecify.annotations.NullMarked;

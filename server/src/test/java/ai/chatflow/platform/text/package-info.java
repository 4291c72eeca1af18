/// Tests of `ai.chatflow.platform.text`.
@NullMarked
package ai.chatflow.platform.text;

import org.jspecify.annotations.NullMarked;

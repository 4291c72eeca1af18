/// Tests of `ai.chatflow.platform.json`.
@NullMarked
package ai.chatflow.platform.json;

import org.jspecify.annotations.NullMarked;

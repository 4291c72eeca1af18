/// Tests of the rules of content.
@NullMarked
package ai.chatflow.content;

import org.jspecify.annotations.NullMarked;

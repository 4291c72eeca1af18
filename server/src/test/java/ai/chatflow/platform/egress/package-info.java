/// Tests of the way out.
@NullMarked
package ai.chatflow.platform.egress;

import org.jspecify.annotations.NullMarked;

/// Tests of channels, and the fakes that plugs are tested with.
@NullMarked
package ai.chatflow.channels;

import org.jspecify.annotations.NullMarked;

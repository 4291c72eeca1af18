/// What plugs share: JSON and forms as providers write them, and calls of their APIs. Owns no
/// table.
@NullMarked
package ai.chatflow.channels.wire;

import org.jspecify.annotations.NullMarked;

/// What plugs share: JSON as providers write it, and calls of their APIs. Owns no table.
@NullMarked
package ai.chatflow.channels.wire;

import org.jspecify.annotations.NullMarked;

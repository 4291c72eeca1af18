/// The one way JSON is read and written.
@NullMarked
package ai.chatflow.platform.json;

import org.jspecify.annotations.NullMarked;

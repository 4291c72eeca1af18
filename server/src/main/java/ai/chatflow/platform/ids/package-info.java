/// Identifiers: one record per kind of thing, and the generator of their values. Owns no table.
@NullMarked
package ai.chatflow.platform.ids;

import org.jspecify.annotations.NullMarked;

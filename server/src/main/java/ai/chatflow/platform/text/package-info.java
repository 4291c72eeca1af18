/// Texts with placeholders: Liquid templates that anybody may write. A template reads values and
/// nothing else: no files, no includes, no clock but the `now` it is given, and work that is
/// bounded by sizes and iterations, so the same input always gives the same text.
@NullMarked
package ai.chatflow.platform.text;

import org.jspecify.annotations.NullMarked;

/// What messages say: the kinds of content, what a channel can carry of them, and the check of one
/// against the other. Pure; owns no table.
@NullMarked
package ai.chatflow.content;

import org.jspecify.annotations.NullMarked;

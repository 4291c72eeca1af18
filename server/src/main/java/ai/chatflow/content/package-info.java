/// What messages say: the kinds of content, what a channel can carry of them, the check of one
/// against the other, and the form in which the rest is sent. Pure; owns no table.
@NullMarked
package ai.chatflow.content;

import org.jspecify.annotations.NullMarked;

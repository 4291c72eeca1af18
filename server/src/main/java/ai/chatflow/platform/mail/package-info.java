/// E-mails. They are queued in the transaction of what they tell of, and sent by a lane: at least
/// once, whatever dies meanwhile.
///
/// Owns the table `mail`.
@NullMarked
package ai.chatflow.platform.mail;

import org.jspecify.annotations.NullMarked;

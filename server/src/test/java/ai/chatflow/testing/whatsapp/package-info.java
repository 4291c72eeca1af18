/// A Graph API of Meta's to test against: a real HTTP server that validates what it is sent, keeps
/// its own log of it, posts signed webhooks, and misbehaves on command.
@NullMarked
package ai.chatflow.testing.whatsapp;

import org.jspecify.annotations.NullMarked;

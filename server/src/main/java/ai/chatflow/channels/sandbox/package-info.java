/// The plug of the sandbox: a simulated provider inside the product, with one simulated handset per
/// phone number. It takes messages, sends receipts, writes as the person, and fails on command.
/// Owns the tables `sandbox_message` and `sandbox_receipt`. `docs/channels/sandbox.md` says what
/// callers can rely on.
@NullMarked
package ai.chatflow.channels.sandbox;

import org.jspecify.annotations.NullMarked;

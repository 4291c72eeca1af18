/// Twilio, played for tests: its contract, its rules beyond that, and a server that holds requests
/// against both.
@NullMarked
package ai.chatflow.testing.twilio;

import org.jspecify.annotations.NullMarked;

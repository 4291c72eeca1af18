/// The plug of SMS through Twilio: parses its webhooks and sends through its REST API. Owns no
/// table.
@NullMarked
package ai.chatflow.channels.twiliosms;

import org.jspecify.annotations.NullMarked;

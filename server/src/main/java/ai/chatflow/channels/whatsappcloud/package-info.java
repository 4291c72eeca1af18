/// The plug of the WhatsApp Cloud API: parses Meta's webhooks and sends through the Graph API. Owns
/// no table.
@NullMarked
package ai.chatflow.channels.whatsappcloud;

import org.jspecify.annotations.NullMarked;

/// Tests of the WhatsApp Cloud plug.
@NullMarked
package ai.chatflow.channels.whatsappcloud;

import org.jspecify.annotations.NullMarked;

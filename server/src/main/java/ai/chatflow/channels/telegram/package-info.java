/// The plug of Telegram: parses the updates of a bot and sends through the Bot API. Owns no table.
@NullMarked
package ai.chatflow.channels.telegram;

import org.jspecify.annotations.NullMarked;

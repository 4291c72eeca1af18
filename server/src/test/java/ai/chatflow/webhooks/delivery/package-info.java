/// Tests of the posting of events.
@NullMarked
package ai.chatflow.webhooks.delivery;

import org.jspecify.annotations.NullMarked;

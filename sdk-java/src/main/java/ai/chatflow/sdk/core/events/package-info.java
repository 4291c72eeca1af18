/// The stream of events: server-sent events, read, and resumed where they broke off. Not exported.
@NullMarked
package ai.chatflow.sdk.core.events;

import org.jspecify.annotations.NullMarked;

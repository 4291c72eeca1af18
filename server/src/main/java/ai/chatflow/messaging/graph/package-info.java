/// Conversations and messages in GraphQL. Owns no tables: reads those of `messaging`.
@NullMarked
package ai.chatflow.messaging.graph;

import org.jspecify.annotations.NullMarked;

/// GraphQL over a WebSocket, by the protocol `graphql-transport-ws`
/// (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md): any number of operations at
/// once, subscriptions among them.
@NullMarked
package ai.chatflow.platform.graphql.socket;

import org.jspecify.annotations.NullMarked;

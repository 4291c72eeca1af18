/// Connections to providers. Every provider is a plug: one package that implements `ChannelAdapter`
/// and turns the provider's webhooks into `InboundUpdate`s. Owns the tables `channel` and `hook`,
/// and writes `webhook_journal`.
@NullMarked
package ai.chatflow.channels;

import org.jspecify.annotations.NullMarked;

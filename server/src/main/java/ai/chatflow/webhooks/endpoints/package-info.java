/// Where customers want events posted to: the endpoints, their secrets and how they do.
///
/// Owns the tables `webhook_endpoint` and `webhook_progress`.
@NullMarked
package ai.chatflow.webhooks.endpoints;

import org.jspecify.annotations.NullMarked;

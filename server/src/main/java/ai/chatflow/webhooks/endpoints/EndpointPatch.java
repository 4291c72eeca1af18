package ai.chatflow.webhooks.endpoints;

import ai.chatflow.api.model.Condition;
import ai.chatflow.platform.ids.ChannelId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openapitools.jackson.nullable.JsonNullable;

/// A merge patch of an endpoint: what is null or undefined stays; a condition, a rate or addresses
/// of null go away.
public record EndpointPatch(
    @Nullable String url,
    @Nullable String description,
    @Nullable List<String> types,
    @Nullable List<ChannelId> channels,
    JsonNullable<@Nullable Condition> condition,
    JsonNullable<@Nullable Integer> rate,
    JsonNullable<@Nullable List<String>> notifyEmails,
    @Nullable Map<String, @Nullable String> metadata) {}

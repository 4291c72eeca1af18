package ai.chatflow.channels;

import ai.chatflow.api.model.ChannelConfigInput;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A merge patch of a channel: what is null stays.
public record ChannelPatch(
    @Nullable String name,
    @Nullable ChannelConfigInput config,
    @Nullable Integer rate,
    @Nullable Map<String, @Nullable String> metadata) {}

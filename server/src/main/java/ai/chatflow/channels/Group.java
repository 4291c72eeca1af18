package ai.chatflow.channels;

import org.jspecify.annotations.Nullable;

/// A group at the provider.
public record Group(String providerId, @Nullable String subject) {}

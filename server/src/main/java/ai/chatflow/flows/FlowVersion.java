package ai.chatflow.flows;

import ai.chatflow.api.model.FlowDefinition;
import ai.chatflow.platform.ids.FlowId;
import java.time.Instant;

/// What was published once, never changed.
public record FlowVersion(FlowId flow, int number, FlowDefinition definition, Instant createdAt) {}

package ai.chatflow.flows.engine;

import ai.chatflow.api.model.MessageContent;
import ai.chatflow.flows.nodes.Person;
import org.jspecify.annotations.Nullable;

/// What a sprint starts from: who, and what they said. A flow that is started without a message has
/// none; a waiting session always gets one.
public record EngineInput(Person person, @Nullable MessageContent message) {}

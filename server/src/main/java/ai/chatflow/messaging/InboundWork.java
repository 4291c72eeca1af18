package ai.chatflow.messaging;

import ai.chatflow.api.model.Message;
import ai.chatflow.contacts.Contact;

/// A received message and where it belongs.
public record InboundWork(Message message, Conversation conversation, Contact contact) {}

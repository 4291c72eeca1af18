package ai.chatflow.sdk.core.events;

/// One message of an event stream.
///
/// @param id the last one given, not necessarily with this message; empty when there was none
/// @param event `message` when none is named
record SseMessage(String id, String event, String data) {}

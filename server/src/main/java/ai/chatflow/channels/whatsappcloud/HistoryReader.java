package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.api.model.MessageStatus;
import ai.chatflow.channels.InboundUpdate.Origin;
import ai.chatflow.channels.Party;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.channels.wire.UnreadableItem;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads chunks of a phone's history. Source: Meta, "Coexistence › history webhook".
final class HistoryReader {
  private final MessageReader messages;
  private final Collector.Target target;
  private final Instant at;

  HistoryReader(MessageReader messages, Collector.Target target, Instant at) {
    this.messages = messages;
    this.target = target;
    this.at = at;
  }

  void read(JsonNode chunk) {
    for (JsonNode thread : Json.elements(chunk, "threads")) {
      readThread(thread);
    }
    for (JsonNode error : Json.elements(chunk, "errors")) {
      target.notice("history", WhatsAppErrors.summary(error), error, at);
    }
    JsonNode metadata = chunk.get("metadata");
    if (metadata != null && metadata.isObject()) {
      String progress = Json.text(metadata, "progress");
      target.notice("history", progress == null ? null : progress + " %", metadata, at);
    }
  }

  private void readThread(JsonNode thread) {
    Party party;
    try {
      JsonNode context = Json.objectOrEmpty(thread, "context");
      String id = Json.text(thread, "id");
      party =
          new Parties(List.of())
              .of(id == null ? Json.text(context, "wa_id") : id, Json.text(context, "user_id"));
    } catch (UnreadableItem e) {
      target.broken("history", thread, e.detail(), at);
      return;
    }
    for (JsonNode message : Json.elements(thread, "messages")) {
      try {
        messages.read(message, Origin.HISTORY, party, status(message, party));
      } catch (UnreadableItem e) {
        target.broken("history", message, e.detail(), at);
      }
    }
  }

  /// `RECEIVED` for what the person wrote; otherwise how far the business's message had got.
  private static MessageStatus status(JsonNode message, Party party) {
    if (wroteIt(Json.text(message, "from"), party)
        || wroteIt(Json.text(message, "from_user_id"), party)) {
      return MessageStatus.RECEIVED;
    }
    String name = Json.text(Json.objectOrEmpty(message, "history_context"), "status");
    if (name == null) {
      return MessageStatus.SENT;
    }
    if ("ERROR".equals(name)) {
      return MessageStatus.FAILED;
    }
    MessageStatus status = StatusReader.status(name.toLowerCase(Locale.ROOT));
    return status == null ? MessageStatus.SENT : status;
  }

  private static boolean wroteIt(@Nullable String metaId, Party party) {
    return metaId != null
        && party.identities().stream()
            .anyMatch(identity -> identity.value().equals(Parties.identity(metaId)));
  }
}

package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.channels.InboundUpdate;
import ai.chatflow.channels.InboundUpdate.NoticeIn;
import ai.chatflow.channels.wire.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Gathers updates per phone number while a webhook is read.
final class Collector {
  private record Key(@Nullable String phoneNumberId, @Nullable String accountId) {}

  private final Instant receivedAt;
  private final Map<Key, List<InboundUpdate>> byNumber = new LinkedHashMap<>();
  private boolean partial;

  Collector(Instant receivedAt) {
    this.receivedAt = receivedAt;
  }

  Instant receivedAt() {
    return receivedAt;
  }

  /// Where updates about one number go.
  Target at(@Nullable String phoneNumberId, @Nullable String accountId) {
    var key = new Key(phoneNumberId, accountId);
    return new Target(this, byNumber.computeIfAbsent(key, _ -> new ArrayList<>()));
  }

  /// Something that should have been readable and was not; kept whole.
  void broken(
      @Nullable String phoneNumberId,
      @Nullable String accountId,
      String field,
      JsonNode item,
      String detail,
      Instant at) {
    at(phoneNumberId, accountId).broken(field, item, detail, at);
  }

  WhatsAppWebhook finished() {
    var batches = new ArrayList<WhatsAppWebhook.Batch>();
    byNumber.forEach(
        (key, updates) -> {
          if (!updates.isEmpty()) {
            batches.add(new WhatsAppWebhook.Batch(key.phoneNumberId(), key.accountId(), updates));
          }
        });
    return new WhatsAppWebhook(batches, partial);
  }

  /// One number's part of the collection.
  static final class Target {
    private final Collector collector;
    private final List<InboundUpdate> updates;

    private Target(Collector collector, List<InboundUpdate> updates) {
      this.collector = collector;
      this.updates = updates;
    }

    void add(InboundUpdate update) {
      updates.add(update);
    }

    void notice(String field, @Nullable String detail, JsonNode payload, Instant at) {
      updates.add(new NoticeIn(field, detail, Json.asObject(payload), at));
    }

    void broken(String field, JsonNode item, String detail, Instant at) {
      markPartial();
      notice(field, detail, item, at);
    }

    void markPartial() {
      collector.partial = true;
    }
  }
}

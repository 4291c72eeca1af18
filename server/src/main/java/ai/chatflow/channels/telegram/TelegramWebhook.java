package ai.chatflow.channels.telegram;

import ai.chatflow.channels.InboundUpdate;
import ai.chatflow.channels.InboundUpdate.NoticeIn;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.channels.wire.MalformedWebhook;
import ai.chatflow.channels.wire.UnreadableItem;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a webhook of a bot: one update (Telegram, "Bot API › Update"). What is not known, or does
/// not have the shape that it should, is kept whole.
///
/// @param partial something of a known kind could not be read: keep the raw body, so that it can be
///   read again by a better parser
/// @param pressed the pressed button that waits to be told so; null for anything else
public record TelegramWebhook(
    List<InboundUpdate> updates, boolean partial, @Nullable String pressed) {
  public TelegramWebhook {
    updates = List.copyOf(updates);
  }

  /// @param receivedAt the time of what carries none
  /// @throws MalformedWebhook when the body is not a JSON object; nothing else is ever thrown
  public static TelegramWebhook parse(byte[] body, Instant receivedAt) {
    ObjectNode update = Json.object(body);
    String kind = kind(update);
    JsonNode item = update.path(kind);
    var found = new Found(receivedAt);
    try {
      found.add(new UpdateReader(receivedAt, found).read(kind, item, update));
    } catch (UnreadableItem e) {
      found.broken(kind, update, e.detail());
    } catch (RuntimeException e) {
      // a fault of ours must not make Telegram post this for ever
      found.broken(kind, update, "could not be read: " + e.getClass().getSimpleName());
    }
    return new TelegramWebhook(found.updates, found.partial, pressed(kind, item));
  }

  private static @Nullable String pressed(String kind, JsonNode item) {
    return "callback_query".equals(kind) ? Json.text(item, "id") : null;
  }

  /// Telegram: "At most one of the optional parameters can be present in any given update."
  private static String kind(ObjectNode update) {
    for (var member : update.properties()) {
      if (!"update_id".equals(member.getKey())) {
        return member.getKey();
      }
    }
    return "unknown";
  }

  /// What was read so far.
  static final class Found {
    private final Instant receivedAt;
    private final List<InboundUpdate> updates = new ArrayList<>();
    private boolean partial;

    private Found(Instant receivedAt) {
      this.receivedAt = receivedAt;
    }

    void markPartial() {
      partial = true;
    }

    private void add(InboundUpdate update) {
      updates.add(update);
    }

    private void broken(String kind, ObjectNode update, String detail) {
      markPartial();
      add(new NoticeIn(kind, detail, update, receivedAt));
    }
  }
}

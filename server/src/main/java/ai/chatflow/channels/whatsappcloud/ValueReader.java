package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.channels.InboundUpdate.Origin;
import ai.chatflow.channels.InboundUpdate.PreferenceIn;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.channels.wire.UnreadableItem;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads the `value` of one change.
final class ValueReader {
  /// Arrays whose elements become updates of their own, and who reads them.
  private final Map<String, Consumer<JsonNode>> items;

  private static final Set<String> FRAME = Set.of("messaging_product", "metadata", "contacts");
  private static final List<String> ORDER =
      List.of("messages", "message_echoes", "statuses", "history", "user_preferences", "errors");
  private static final Set<String> PREFERENCES = Set.of("stop", "resume");

  private final String field;
  private final JsonNode value;
  private final Instant at;
  private final Collector.Target target;
  private final Parties parties;

  ValueReader(String field, JsonNode value, Instant at, Collector.Target target) {
    this.field = field;
    this.value = value;
    this.at = at;
    this.target = target;
    this.parties = new Parties(Json.elements(value, "contacts"));
    var messages = new MessageReader(parties, target, at);
    this.items =
        Map.of(
            "messages", message -> messages.read(message, Origin.CONTACT),
            "message_echoes", message -> messages.read(message, Origin.ECHO),
            "statuses", status -> new StatusReader(target, at).read(status),
            "history", chunk -> new HistoryReader(messages, target, at).read(chunk),
            "user_preferences", this::readPreference,
            "errors", this::readError);
  }

  void read() {
    boolean any = false;
    for (String name : ORDER) {
      if (value.get(name) instanceof ArrayNode array) {
        any = true;
        for (JsonNode item : array) {
          readItem(name, item);
        }
      }
    }
    if (!any) {
      if (ORDER.stream().anyMatch(value::has)) {
        target.markPartial();
      }
      target.notice(field, summary(), value, noticeTime());
    } else {
      keepTheRest();
    }
  }

  /// The wall between neighbours: whatever is wrong with an item, it is kept whole and the next one
  /// is read. A fault of ours must not cost a person's message either, hence the wide catch.
  private void readItem(String name, JsonNode item) {
    try {
      Consumer<JsonNode> reader = items.get(name);
      if (reader != null) {
        reader.accept(item);
      }
    } catch (UnreadableItem e) {
      target.broken(name, item, e.detail(), at);
    } catch (RuntimeException e) {
      target.broken(name, item, "could not be read: " + e.getClass().getSimpleName(), at);
    }
  }

  /// Members beside the known arrays that this parser has never heard of.
  private void keepTheRest() {
    ObjectNode rest = Json.MAPPER.createObjectNode();
    value
        .properties()
        .forEach(
            member -> {
              boolean read =
                  FRAME.contains(member.getKey())
                      || (items.containsKey(member.getKey()) && member.getValue().isArray());
              if (!read) {
                rest.set(member.getKey(), member.getValue());
              }
            });
    if (!rest.isEmpty()) {
      target.notice(field, null, rest, at);
    }
  }

  private void readPreference(JsonNode item) {
    String preference = Json.required(item, "value").toLowerCase(Locale.ROOT);
    Instant when = Json.seconds(item, "timestamp", at);
    if (PREFERENCES.contains(preference)) {
      target.add(
          new PreferenceIn(
              parties.of(item, "wa_id", "user_id"),
              Json.required(item, "category"),
              preference,
              when));
    } else {
      target.notice("user_preferences", preference, item, when);
    }
  }

  private void readError(JsonNode error) {
    target.notice("errors", WhatsAppErrors.summary(error), error, at);
  }

  /// What a notice says in a few words: Meta has no common place for that.
  private @Nullable String summary() {
    for (String name : List.of("event", "decision", "new_quality_score", "type")) {
      String text = Json.text(value, name);
      if (text != null) {
        return text;
      }
    }
    for (JsonNode group : Json.elements(value, "groups")) {
      return Json.text(group, "type");
    }
    return null;
  }

  private Instant noticeTime() {
    for (JsonNode group : Json.elements(value, "groups")) {
      return Json.seconds(group, "timestamp", at);
    }
    return Json.seconds(value, "timestamp", at);
  }
}

package ai.chatflow.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the API shows of a workspace, in a form that is the same in every run: ids are counted
/// (`message#1`), times of the run are `now`, what is null or empty is left out, and what stands in
/// the webhook as it came is shown as its place there.
public final class Shown {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Set<String> OF_NO_INTEREST =
      Set.of("object", "webhook_url", "send_rate_per_second", "position");
  private static final Map<String, String> KINDS = kinds();

  private static final Duration DAY = Duration.ofDays(1);

  private final RawHttp http;
  private final String key;
  private final Instant began;
  private final JsonNode webhook;
  private final Map<String, String> labels = new HashMap<>();
  private final Map<String, JsonNode> things = new HashMap<>();

  /// @param began times since then are `now`
  /// @param webhook what came in
  public Shown(RawHttp http, String key, Instant began, JsonNode webhook) {
    this.http = http;
    this.key = key;
    this.began = began;
    this.webhook = webhook;
  }

  private static Map<String, String> kinds() {
    var kinds = new LinkedHashMap<String, String>();
    kinds.put("channels", "channel");
    kinds.put("contacts", "contact");
    kinds.put("conversations", "conversation");
    kinds.put("messages", "message");
    return kinds;
  }

  /// Everything there is, and what happened at the positions between the two.
  public ObjectNode read(long after, long before) {
    var found = new LinkedHashMap<String, List<JsonNode>>();
    KINDS.forEach(
        (path, kind) -> {
          var all = new ArrayList<>(list("/v1/" + path + "?limit=100"));
          Collections.reverse(all);
          all.forEach(one -> label(one.path("id").asText(), kind));
          found.put(path, all);
        });
    ObjectNode shown = JSON.objectNode();
    found.forEach(
        (path, all) -> {
          ArrayNode array = shown.putArray(path);
          all.forEach(one -> array.add(thing(one)));
        });
    ArrayNode events = shown.putArray("events");
    list("/v1/events?limit=100&cursor=" + after).stream()
        .filter(event -> event.path("position").asLong() < before)
        .filter(event -> !event.path("type").asText().equals("channel.created"))
        .forEach(event -> events.add(event(event)));
    return shown;
  }

  private List<JsonNode> list(String path) {
    var answer = http.call("GET", path).key(key).send();
    assertThat(answer.status()).as(path).isEqualTo(200);
    assertThat(answer.body().path("has_more").asBoolean()).as(path + " has more").isFalse();
    return answer.body().path("data").valueStream().toList();
  }

  private void label(String id, String kind) {
    long count = labels.values().stream().filter(label -> label.startsWith(kind + "#")).count();
    labels.put(id, kind + "#" + (count + 1));
  }

  private JsonNode thing(JsonNode one) {
    var shown = (ObjectNode) normal(one);
    if (shown.path("id").asText().startsWith("channel#")) {
      shown.remove("name");
    }
    things.put(one.path("id").asText(), shown);
    return shown;
  }

  private JsonNode event(JsonNode event) {
    ObjectNode shown = JSON.objectNode();
    shown.put("type", event.path("type").asText());
    for (var member : event.path("data").properties()) {
      JsonNode whole = things.get(member.getValue().path("id").asText());
      JsonNode value = value(member.getKey(), member.getValue());
      if (whole != null) {
        shown.set(member.getKey(), difference(value, whole));
      } else if (!blank(value)) {
        shown.set(member.getKey(), value);
      }
    }
    return shown;
  }

  /// A thing as it was then: its id alone when it is still the same, else with what was different.
  private static JsonNode difference(JsonNode then, JsonNode now) {
    ObjectNode different = JSON.objectNode();
    for (var member : then.properties()) {
      if (!member.getValue().equals(now.get(member.getKey()))) {
        different.set(member.getKey(), member.getValue());
      }
    }
    now.properties().stream()
        .map(Map.Entry::getKey)
        .filter(name -> !then.has(name))
        .forEach(different::putNull);
    if (different.isEmpty()) {
      return then.path("id");
    }
    ObjectNode shown = JSON.objectNode();
    shown.set("id", then.path("id"));
    return shown.setAll(different);
  }

  private JsonNode normal(JsonNode node) {
    return switch (node) {
      case ObjectNode object -> object(object);
      case ArrayNode array -> {
        ArrayNode normal = JSON.arrayNode();
        array.forEach(element -> normal.add(normal(element)));
        yield normal;
      }
      case TextNode text -> JSON.textNode(text(text.asText()));
      default -> node;
    };
  }

  private ObjectNode object(ObjectNode object) {
    ObjectNode normal = JSON.objectNode();
    for (var member : object.properties()) {
      var name = member.getKey();
      var value = value(name, member.getValue());
      boolean ours = name.equals("created_at") || name.equals("updated_at");
      boolean always = ours && value.asText().equals("now");
      if (!always && !blank(value) && !OF_NO_INTEREST.contains(name)) {
        normal.set(name, value);
      }
    }
    return normal;
  }

  private JsonNode value(String name, JsonNode value) {
    var place = name.equals("payload") ? place(value, webhook, JsonPointer.empty()) : null;
    return place == null ? normal(value) : JSON.textNode("as in the webhook at " + place);
  }

  private static @Nullable String place(JsonNode wanted, JsonNode root, JsonPointer at) {
    if (root.equals(wanted)) {
      return at.toString();
    }
    if (root.isObject()) {
      for (var member : root.properties()) {
        var found = place(wanted, member.getValue(), at.appendProperty(member.getKey()));
        if (found != null) {
          return found;
        }
      }
    }
    for (int i = 0; root.isArray() && i < root.size(); i++) {
      var found = place(wanted, root.get(i), at.appendIndex(i));
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static boolean blank(JsonNode value) {
    return value.isNull() || (value.isContainerNode() && value.isEmpty());
  }

  private String text(String text) {
    if (text.matches("[a-z]{3}_[0-9a-z]{26}")) {
      return labels.getOrDefault(text, text.substring(0, 3) + " that is not shown");
    }
    if (text.matches("\\d{4}-\\d\\d-\\d\\dT.*Z")) {
      try {
        return time(text, Instant.parse(text));
      } catch (DateTimeParseException _) {
        return text;
      }
    }
    return text;
  }

  private String time(String text, Instant time) {
    var now = Instant.now();
    if (!time.isBefore(began) && !time.isAfter(now)) {
      return "now";
    }
    boolean tomorrow = !time.isBefore(began.plus(DAY)) && !time.isAfter(now.plus(DAY));
    return tomorrow ? "in 24 hours" : text;
  }
}

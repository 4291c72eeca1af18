package ai.chatflow.platform.events;

import ai.chatflow.api.model.EventTypeInfo;
import ai.chatflow.platform.http.Contract;
import ai.chatflow.platform.json.Json;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The types of events with their schemas, which come from the contract, and their samples, which
/// come from the AsyncAPI document of the webhooks.
public final class EventCatalogue {
  private static final String SCHEMAS = "#/components/schemas/";
  private static final Pattern REFERENCE =
      Pattern.compile("\"#/components/schemas/([A-Za-z0-9]+)\"");

  private final JsonNode document;
  private final List<EventTypeInfo> types;

  public EventCatalogue(Contract contract) {
    this.document = contract.document();
    this.types =
        Arrays.stream(EventType.values())
            .sorted(Comparator.comparing(EventType::wireName))
            .map(this::info)
            .toList();
  }

  /// Every type, by name.
  public List<EventTypeInfo> types() {
    return types;
  }

  /// An event of the type, as it would be posted; the caller's to change.
  public ObjectNode sample(EventType type) {
    var resource = "/webhooks/samples/" + type.wireName() + ".json";
    try (var in = EventCatalogue.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not on the class path");
      }
      return (ObjectNode) Json.plain().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private EventTypeInfo info(EventType type) {
    var name =
        document
            .at("/components/schemas/Event/discriminator/mapping")
            .required(type.wireName())
            .asText()
            .substring(SCHEMAS.length());
    return new EventTypeInfo(
        type.wireName(),
        EventTypeInfo.ObjectEnum.EVENT_TYPE,
        schema(name).required("description").asText(),
        Json.readObject(closed(name)),
        Json.readObject(sample(type).toString()));
  }

  /// The schema with everything that it refers to, as one JSON Schema.
  private String closed(String root) {
    Map<String, String> found = new TreeMap<>();
    collect(root, found);
    var closed = Json.plain().createObjectNode();
    closed.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    closed.put("$ref", SCHEMAS + root);
    var definitions = closed.putObject("$defs");
    found.forEach((name, _) -> definitions.set(name, schema(name)));
    return closed.toString().replace("\"" + SCHEMAS, "\"#/$defs/");
  }

  private void collect(String name, Map<String, String> found) {
    var text = schema(name).toString();
    if (found.putIfAbsent(name, text) == null) {
      REFERENCE.matcher(text).results().forEach(match -> collect(match.group(1), found));
    }
  }

  private JsonNode schema(String name) {
    return document.at("/components/schemas").required(name);
  }
}

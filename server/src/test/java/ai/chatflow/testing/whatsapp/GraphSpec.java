package ai.chatflow.testing.whatsapp;

import ai.chatflow.testing.Conformance;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;

/// The provider's own machine-readable contract: its operations, and the bodies of `POST
/// /{phone-number-id}/messages`, repaired where it contradicts itself or Meta's documents (each
/// repair says why).
public final class GraphSpec {
  private static final String FILE = "specs/whatsapp-cloud.openapi.yaml";
  private static final int LARGEST_FILE = 16 * 1024 * 1024;

  private final Schema message;
  private final Schema receipt;
  private final Set<String> operations;

  private GraphSpec(Schema message, Schema receipt, Set<String> operations) {
    this.message = message;
    this.receipt = receipt;
    this.operations = operations;
  }

  /// Skips the test when the provider's contract is not there; see `Conformance`.
  public static GraphSpec require() {
    return read(Conformance.require(FILE));
  }

  /// The same, read once; empty when it is not there.
  public static Optional<GraphSpec> find() {
    return Found.SPEC;
  }

  /// What is wrong with the body of a message, or of a receipt that says that one was read; empty
  /// when it fits.
  public List<String> violations(JsonNode body) {
    Schema schema = body.has("status") ? receipt : message;
    return schema.validate(body).stream().map(error -> error.toString()).toList();
  }

  /// Whether there is such an operation.
  ///
  /// @param path as the contract writes it: `/{Version}/{Phone-Number-ID}/messages`
  public boolean knows(String method, String path) {
    return operations.contains(method + " " + path);
  }

  private static final class Found {
    private static final Optional<GraphSpec> SPEC =
        Optional.ofNullable(Conformance.find(FILE)).map(GraphSpec::read);
  }

  private static GraphSpec read(Path file) {
    var options = new LoaderOptions();
    options.setCodePointLimit(LARGEST_FILE);
    var yaml = new YAMLMapper(YAMLFactory.builder().loaderOptions(options).build());
    try {
      JsonNode document = yaml.readTree(file.toFile());
      ObjectNode schemas = (ObjectNode) document.at("/components/schemas");
      repair(schemas);
      return new GraphSpec(
          schema(schemas, "Message"),
          schema(schemas, "MarkMessageRequestPayload"),
          operations(document));
    } catch (IOException e) {
      throw new IllegalStateException("the provider's contract cannot be read", e);
    }
  }

  private static Schema schema(ObjectNode schemas, String name) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    root.put("$ref", "#/components/schemas/" + name);
    root.putObject("components").set("schemas", schemas);
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(root);
  }

  private static Set<String> operations(JsonNode document) {
    var operations = new HashSet<String>();
    for (var path : document.path("paths").properties()) {
      for (var operation : path.getValue().properties()) {
        operations.add(operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
      }
    }
    return Set.copyOf(operations);
  }

  private static void repair(ObjectNode schemas) {
    // `additionalProperties: false` beside `allOf` forbids what the other branch requires: with it,
    // none of the document's own examples is valid. Here it means the union of the branches.
    for (JsonNode message : schemas) {
      if (message.get("allOf") instanceof ArrayNode branches) {
        branches.forEach(branch -> ((ObjectNode) branch).remove("additionalProperties"));
        ((ObjectNode) message).put("unevaluatedProperties", false);
      }
    }
    ObjectNode base = (ObjectNode) schemas.get("BaseMessageProperties");
    // Meta, "Messages" reference: carried back in status webhooks, up to 512 characters.
    property(base, "biz_opaque_callback_data").put("type", "string").put("maxLength", 512);
    // Meta, "Business-scoped user ids": `recipient` instead of `to`.
    property(base, "recipient").put("type", "string");
    base.putArray("required").add("messaging_product").add("recipient_type").add("type");
    base.putArray("oneOf").addObject().putArray("required").add("to");
    ((ArrayNode) base.get("oneOf")).addObject().putArray("required").add("recipient");
    // Meta, "Interactive call-to-action URL button messages" is missing from the document.
    ObjectNode interactive = (ObjectNode) schemas.get("InteractiveObject");
    ((ArrayNode) interactive.at("/properties/type/enum")).add("cta_url");
    ObjectNode cta = ((ArrayNode) schemas.get("ActionObject").get("oneOf")).addObject();
    cta.putArray("required").add("name").add("parameters");
    property(cta, "name").putArray("enum").add("cta_url");
    ObjectNode parameters = property(cta, "parameters");
    parameters.putArray("required").add("display_text").add("url");
    property(parameters, "display_text").put("type", "string").put("maxLength", 20);
    property(parameters, "url").put("type", "string");
    // Meta, "Interactive list messages": the body of a list has up to 4,096 characters.
    ((ObjectNode) schemas.at("/BodyObject/properties/text")).put("maxLength", 4_096);
    // Meta, "Template messages": buttons are counted from 0 to 9, and more kinds exist.
    ((ObjectNode) schemas.at("/TemplateComponent/properties/index")).put("pattern", "^[0-9]$");
    ((ArrayNode) schemas.at("/TemplateComponent/properties/sub_type/enum"))
        .add("flow")
        .add("copy_code");
    // Meta, "Contacts messages": the type of a number or address is free text.
    ((ObjectNode) schemas.at("/PhoneObject/properties/type")).remove("enum");
    ((ObjectNode) schemas.at("/EmailObject/properties/type")).remove("enum");
    repairReceipt((ObjectNode) schemas.get("MarkMessageRequestPayload"));
  }

  private static void repairReceipt(ObjectNode receipt) {
    // The document's own example "Send typing indicator and read receipt"; nothing else is known.
    property(property(receipt, "typing_indicator"), "type").putArray("enum").add("text");
    ((ObjectNode) receipt.at("/properties/status")).putArray("enum").add("read");
    receipt.put("additionalProperties", false);
  }

  private static ObjectNode property(ObjectNode schema, String name) {
    return schema.withObjectProperty("properties").putObject(name);
  }
}

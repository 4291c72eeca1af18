package ai.chatflow.contract;

import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.testing.Inhabited;
import ai.chatflow.testing.RawHttp;
import ai.chatflow.testing.TestWorkspace;
import ai.chatflow.testing.contract.ContractDocument;
import ai.chatflow.testing.contract.ContractOperation;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import de.fxlae.typeid.TypeId;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Makes requests out of the contract: its examples, with the ids of what really is there.
final class Requests {
  /// The message that an operation is about; of the others any will do.
  private static final Map<String, String> MESSAGES =
      Map.of(
          "cancelMessage", "scheduled",
          "resendMessage", "unknown",
          "createSandboxReceipt", "sent");

  private static final Pattern ID = Pattern.compile("([a-z]{3})_[0-7][0-9a-hjkmnp-tv-z]{25}");

  private final TestWorkspace workspace;
  private final @Nullable Inhabited there;

  Requests(TestWorkspace workspace, @Nullable Inhabited there) {
    this.workspace = workspace;
    this.there = there;
  }

  static List<ContractOperation> operations() {
    return ContractDocument.get().operations();
  }

  /// A request to an operation that would succeed but for its credentials and its body.
  RawHttp.Call to(ContractOperation operation) {
    return at(operation, path(operation));
  }

  RawHttp.Call at(ContractOperation operation, String path) {
    var call = workspace.raw().call(operation.method(), path);
    return operation.requiresIfMatch() ? call.header("If-Match", "*") : call;
  }

  /// Puts the body into a call in the form that the operation takes.
  static RawHttp.Call fill(RawHttp.Call call, ContractOperation operation, JsonNode body) {
    if (!operation.uploads()) {
      return call.body(operation.bodyType(), body);
    }
    var content = body.path("file").asText().getBytes(StandardCharsets.UTF_8);
    return call.form("file", "example.txt", "text/plain", content);
  }

  /// The path with the ids of what is there.
  String path(ContractOperation operation) {
    return operation
        .idPrefix()
        .map(p -> path(operation, id(operation, p)))
        .orElse(operation.path());
  }

  static String path(ContractOperation operation, String id) {
    return operation.path().replace("{id}", id).replace("{number}", "1");
  }

  /// An id that is nobody's.
  static String unknownId(String prefix) {
    var ids = new IdGenerator(InstantSource.system(), new SecureRandom());
    return TypeId.of(prefix, ids.next()).toString();
  }

  /// The request examples of an operation by name, with real ids.
  Map<String, JsonNode> examples(ContractOperation operation) {
    var found = new java.util.LinkedHashMap<String, JsonNode>();
    operation
        .node()
        .at("/requestBody/content")
        .forEach(
            media ->
                media
                    .path("examples")
                    .properties()
                    .forEach(
                        e ->
                            found.put(
                                e.getKey(),
                                withRealIds(operation, e.getValue().required("value")))));
    return found;
  }

  /// The names of the request examples of an operation.
  static Set<String> names(ContractOperation operation) {
    var names = new java.util.LinkedHashSet<String>();
    operation
        .node()
        .at("/requestBody/content")
        .forEach(media -> media.path("examples").fieldNames().forEachRemaining(names::add));
    return names;
  }

  /// The first request example; an empty object when there is none.
  ObjectNode body(ContractOperation operation) {
    return examples(operation).values().stream()
        .findFirst()
        .map(example -> (ObjectNode) example.deepCopy())
        .orElseGet(JsonNodeFactory.instance::objectNode);
  }

  private String id(ContractOperation operation, String prefix) {
    // only accounts at providers have templates
    if (prefix.equals("chn") && operation.id().contains("MessageTemplate")) {
      return there.id("number");
    }
    return prefix.equals("msg")
        ? there.id(MESSAGES.getOrDefault(operation.id(), "msg"))
        : there.id(prefix);
  }

  private JsonNode withRealIds(ContractOperation operation, JsonNode node) {
    return switch (node) {
      case ObjectNode object -> {
        var copy = object.objectNode();
        object
            .properties()
            .forEach(f -> copy.set(f.getKey(), withRealIds(operation, f.getValue())));
        yield copy;
      }
      case ArrayNode array -> {
        var copy = array.arrayNode();
        array.forEach(item -> copy.add(withRealIds(operation, item)));
        yield copy;
      }
      case TextNode text -> {
        var id = ID.matcher(text.textValue());
        yield id.matches() ? TextNode.valueOf(id(operation, id.group(1))) : text;
      }
      default -> node;
    };
  }
}

package ai.chatflow.testing.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The bundled OpenAPI document, read for tests.
public final class ContractDocument {
  private static final String BASE = "https://contract.test/openapi.json";
  private static final List<String> METHODS = List.of("get", "post", "patch", "put", "delete");

  private static final ContractDocument INSTANCE = new ContractDocument();

  private final JsonNode document;
  private final SchemaRegistry closed;
  private final List<ContractOperation> operations = new ArrayList<>();

  private ContractDocument() {
    try (var in = ContractDocument.class.getResourceAsStream("/openapi.json")) {
      document = new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    closed =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder ->
                builder
                    .schemas(Map.of(BASE, ClosedWorld.of(document).toString()))
                    .schemaRegistryConfig(
                        SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));
    for (var path : document.required("paths").properties()) {
      METHODS.stream()
          .filter(method -> path.getValue().has(method))
          .map(method -> ContractOperation.read(document, path.getKey(), method))
          .forEach(operations::add);
    }
  }

  public static ContractDocument get() {
    return INSTANCE;
  }

  public List<ContractOperation> operations() {
    return List.copyOf(operations);
  }

  public ContractOperation operation(String id) {
    return operations.stream().filter(o -> o.id().equals(id)).findFirst().orElseThrow();
  }

  /// The node at a JSON pointer.
  public JsonNode at(String pointer) {
    return document.at(pointer);
  }

  /// The operation that a request is for; a literal path wins over one with parameters.
  public Optional<ContractOperation> match(String method, String path) {
    return operations.stream()
        .filter(operation -> operation.matches(method, path))
        .min(Comparator.comparing(ContractOperation::hasPathParameters));
  }

  /// In which ways an answer breaks the contract; empty when it keeps it.
  public List<String> faults(
      ContractOperation operation, int status, @Nullable String mediaType, byte[] body) {
    var pointer =
        "/paths/"
            + operation.path().replace("/", "~1")
            + "/"
            + operation.method().toLowerCase(java.util.Locale.ROOT)
            + "/responses/"
            + status;
    var response = document.at(pointer);
    if (response.isMissingNode()) {
      return List.of("the status " + status + " is not declared");
    }
    var ref = response.path("$ref").asText();
    var at = ref.isEmpty() ? pointer : ref.substring(1);
    var content = document.at(at + "/content");
    if (content.isMissingNode()) {
      return body.length == 0 ? List.of() : List.of("there is a body where none is declared");
    }
    var type = mediaType == null ? "" : mediaType.replaceFirst(";.*", "").strip();
    if (!content.has(type)) {
      return List.of("the media type '" + type + "' is not declared");
    }
    return faults(at + "/content/" + type.replace("/", "~1") + "/schema", body);
  }

  private List<String> faults(String schemaPointer, byte[] body) {
    try {
      return faults(schemaPointer, new ObjectMapper().readTree(body));
    } catch (IOException e) {
      return List.of("the body is not JSON: " + e.getMessage());
    }
  }

  /// In which ways a document breaks the schema at a pointer, fields that it does not name
  /// included.
  public List<String> faults(String schemaPointer, JsonNode value) {
    return schema(schemaPointer).validate(value).stream()
        .map(error -> error.getInstanceLocation() + " " + error.getMessage())
        .toList();
  }

  private Schema schema(String pointer) {
    return closed.getSchema(SchemaLocation.of(BASE + "#" + pointer));
  }
}

package ai.chatflow.platform.http;

import ai.chatflow.api.model.ProblemCode;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.glassfish.jersey.server.ExtendedUriInfo;

/// The bundled OpenAPI document that this server was generated from: what each operation requires,
/// and the catalogue of problem codes.
public final class Contract {
  /// Address under which the schemas refer to each other; nothing is ever fetched from it.
  private static final String BASE = "https://chatflow.invalid/openapi.json";

  private final byte[] bytes;
  private final JsonNode document;
  private final Schema schemas;
  private final Map<String, Operation> operations;
  private final Map<ProblemCode, ProblemEntry> problems;

  /// A code of the catalogue.
  public record ProblemEntry(int status, String title, boolean retryable) {}

  private Contract(byte[] bytes) throws IOException {
    this.bytes = bytes;
    this.document = new ObjectMapper().readTree(bytes);
    // asked for each place by itself, the registry would read the whole document again each time
    this.schemas =
        SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                builder ->
                    builder
                        .schemas(Map.of(BASE, PreciseUnions.of(document).toString()))
                        .schemaRegistryConfig(
                            SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()))
            .getSchema(SchemaLocation.of(BASE));
    this.problems = readProblems(document);
    this.operations = readOperations();
  }

  /// The document that the build put on the class path. It is read once; the first caller waits for
  /// that.
  public static Contract load() {
    return Loaded.CONTRACT;
  }

  private static final class Loaded {
    static final Contract CONTRACT = read();

    private static Contract read() {
      try (var in = Contract.class.getResourceAsStream("/openapi.json")) {
        if (in == null) {
          throw new IllegalStateException("openapi.json is not on the class path");
        }
        return new Contract(in.readAllBytes());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /// The document as it is served.
  public byte[] bytes() {
    return bytes.clone();
  }

  public JsonNode document() {
    return document;
  }

  public Optional<Operation> operation(String id) {
    return Optional.ofNullable(operations.get(id));
  }

  /// The operation that a request was matched with; what is not part of the contract (health,
  /// documentation) has none.
  Optional<Operation> operation(ContainerRequestContext request) {
    var matched = ((ExtendedUriInfo) request.getUriInfo()).getMatchedResourceMethod();
    return matched == null
        ? Optional.empty()
        : operation(matched.getInvocable().getHandlingMethod().getName());
  }

  public Map<String, Operation> operations() {
    return operations;
  }

  public ProblemEntry problem(ProblemCode code) {
    return java.util.Objects.requireNonNull(problems.get(code), code.value());
  }

  /// The schema at a JSON pointer of the document, such as `/components/schemas/Message`.
  public Schema schema(String pointer) {
    return schemas.getRefSchema(SchemaLocation.of(BASE + "#" + pointer).getFragment());
  }

  private static Map<ProblemCode, ProblemEntry> readProblems(JsonNode document) {
    var entries = new EnumMap<ProblemCode, ProblemEntry>(ProblemCode.class);
    var catalogue = document.at("/components/schemas/ProblemCode/x-problems");
    for (var code : ProblemCode.values()) {
      var entry = catalogue.required(code.value());
      entries.put(
          code,
          new ProblemEntry(
              entry.required("status").asInt(),
              entry.required("title").asText(),
              entry.required("retryable").asBoolean()));
    }
    return entries;
  }

  private Map<String, Operation> readOperations() {
    var found = new LinkedHashMap<String, Operation>();
    document
        .required("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        method -> {
                          if (method.getValue().has("operationId")) {
                            var operation =
                                Operation.read(
                                    this, path.getKey(), method.getKey(), path.getValue());
                            found.put(operation.id(), operation);
                          }
                        }));
    return Map.copyOf(found);
  }
}

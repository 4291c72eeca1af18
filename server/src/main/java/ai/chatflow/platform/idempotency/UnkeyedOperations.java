package ai.chatflow.platform.idempotency;

import ai.chatflow.platform.http.Contract;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// The operations that heed no key, because the contract gives them none: they wait for a provider,
/// which must not happen inside a transaction, and repeating them is harmless.
public final class UnkeyedOperations implements Predicate<String> {
  private static final Set<String> METHODS = Set.of("post", "patch");
  private static final String HEADER = "Idempotency-Key";

  private final List<Pattern> operations;

  private UnkeyedOperations(List<Pattern> operations) {
    this.operations = List.copyOf(operations);
  }

  public static UnkeyedOperations of(Contract contract) {
    var found = new ArrayList<Pattern>();
    for (var path : contract.document().required("paths").properties()) {
      for (var method : path.getValue().properties()) {
        if (METHODS.contains(method.getKey()) && !keyed(contract, method.getValue())) {
          String segments = path.getKey().replaceAll("\\{[^}]+}", "[^/]+");
          found.add(Pattern.compile(method.getKey() + " " + segments, Pattern.CASE_INSENSITIVE));
        }
      }
    }
    return new UnkeyedOperations(found);
  }

  /// @param operation a method and a path, such as `POST /v1/channels/chn_…/connect`
  @Override
  public boolean test(String operation) {
    return operations.stream().anyMatch(known -> known.matcher(operation).matches());
  }

  private static boolean keyed(Contract contract, JsonNode operation) {
    for (JsonNode given : operation.path("parameters")) {
      String ref = given.path("$ref").asText();
      JsonNode parameter = ref.isEmpty() ? given : contract.document().at(ref.substring(1));
      if (HEADER.equals(parameter.path("name").asText())) {
        return true;
      }
    }
    return false;
  }
}

package ai.chatflow.flows.nodes;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a flow knows of the contact: `contact.*` in templates and conditions.
public record Person(
    @Nullable String externalId,
    @Nullable String name,
    @Nullable String phone,
    @Nullable String email,
    @Nullable String language,
    List<String> tags,
    Map<String, Object> attributes) {
  /// The fields of `contact`; `attributes` has free keys below it.
  public static final List<String> FIELDS =
      List.of(
          "external_id", "name", "first_name", "phone", "email", "language", "tags", "attributes");

  public Person {
    tags = List.copyOf(tags);
    var known = new HashMap<String, Object>(attributes);
    known.values().removeIf(Objects::isNull);
    attributes = Map.copyOf(known);
  }

  /// Somebody of whom only the name is known.
  public static Person named(@Nullable String name) {
    return new Person(null, name, null, null, null, List.of(), Map.of());
  }

  Map<String, Object> facts() {
    var facts = new HashMap<String, Object>();
    put(facts, "external_id", externalId);
    put(facts, "name", name);
    put(facts, "first_name", firstName());
    put(facts, "phone", phone);
    put(facts, "email", email);
    put(facts, "language", language);
    facts.put("tags", tags);
    facts.put("attributes", attributes);
    return facts;
  }

  private @Nullable String firstName() {
    return name == null || name.isBlank() ? null : name.strip().split("\\s+", 2)[0];
  }

  private static void put(Map<String, Object> facts, String field, @Nullable String value) {
    if (value != null && !value.isBlank()) {
      facts.put(field, value);
    }
  }
}

package ai.chatflow.contacts;

import ai.chatflow.api.model.UpdateContactRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openapitools.jackson.nullable.JsonNullable;

/// Merge patch of a contact (RFC 7396): absent keeps, null clears, maps merge by key.
final class ContactPatch {
  private ContactPatch() {}

  static Contact apply(Contact before, UpdateContactRequest patch) {
    return new Contact(
        before.workspace(),
        before.id(),
        pick(patch.externalId(), before.externalId()),
        pick(patch.name(), before.name()),
        pick(patch.language(), before.language()),
        patch.tags() == null ? before.tags() : distinct(patch.tags()),
        merge(before.attributes(), patch.attributes()),
        merge(before.metadata(), patch.metadata()),
        before.identities(),
        before.version(),
        before.createdAt(),
        before.updatedAt());
  }

  static List<String> distinct(@Nullable List<String> tags) {
    return tags == null ? List.of() : tags.stream().distinct().sorted().toList();
  }

  private static @Nullable String pick(JsonNullable<String> given, @Nullable String before) {
    return given.isPresent() ? given.get() : before;
  }

  private static <V> Map<String, V> merge(Map<String, V> before, @Nullable Map<String, V> patch) {
    if (patch == null) {
      return before;
    }
    var merged = new LinkedHashMap<>(before);
    patch.forEach(
        (key, value) -> {
          if (value == null) {
            merged.remove(key);
          } else {
            merged.put(key, value);
          }
        });
    return merged;
  }
}

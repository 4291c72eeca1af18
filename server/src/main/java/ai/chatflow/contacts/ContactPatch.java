package ai.chatflow.contacts;

import ai.chatflow.api.model.UpdateContactRequest;
import ai.chatflow.platform.json.MergePatch;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openapitools.jackson.nullable.JsonNullable;

/// Merge patch of a contact (RFC 7396): absent keeps, null clears, maps merge by key.
final class ContactPatch {
  private static final int MOST_ATTRIBUTES = 200;

  private ContactPatch() {}

  static Contact apply(Contact before, UpdateContactRequest patch) {
    return new Contact(
        before.workspace(),
        before.id(),
        pick(patch.externalId(), before.externalId()),
        pick(patch.name(), before.name()),
        pick(patch.language(), before.language()),
        patch.tags() == null ? before.tags() : distinct(patch.tags()),
        MergePatch.of(before.attributes(), patch.attributes(), "/attributes", MOST_ATTRIBUTES),
        MergePatch.metadata(before.metadata(), patch.metadata()),
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
}

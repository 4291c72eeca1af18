package ai.chatflow.contacts;

import ai.chatflow.api.model.ContactIdentity;
import ai.chatflow.api.model.ContactIdentityKind;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.WorkspaceId;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A person.
///
/// @param attributes JSON scalars by key; a value may be null
/// @param identities oldest first
/// @param version counts changes; the ETag
public record Contact(
    WorkspaceId workspace,
    ContactId id,
    @Nullable String externalId,
    @Nullable String name,
    @Nullable String language,
    List<String> tags,
    Map<String, Object> attributes,
    Map<String, String> metadata,
    List<ContactIdentity> identities,
    int version,
    Instant createdAt,
    Instant updatedAt) {
  public Contact {
    tags = List.copyOf(tags);
    attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    metadata = Map.copyOf(metadata);
    identities = List.copyOf(identities);
  }

  public Optional<String> identity(ContactIdentityKind kind) {
    return identities.stream()
        .filter(i -> i.kind() == kind)
        .map(ContactIdentity::value)
        .findFirst();
  }

  public Optional<String> phone() {
    return identity(ContactIdentityKind.PHONE);
  }

  public Optional<String> email() {
    return identity(ContactIdentityKind.EMAIL);
  }
}

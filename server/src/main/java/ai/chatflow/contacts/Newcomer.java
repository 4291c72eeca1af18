package ai.chatflow.contacts;

import ai.chatflow.api.model.ContactIdentity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Somebody a channel or a caller names by identity: known already, or a contact to be.
///
/// @param identities at least one; the first decides when they belong to different contacts
/// @param name used when the contact has none
public record Newcomer(List<ContactIdentity> identities, @Nullable String name) {
  public Newcomer {
    if (identities.isEmpty()) {
      throw new IllegalArgumentException("a person without an identity cannot be found");
    }
    identities = List.copyOf(identities);
  }
}

package ai.chatflow.channels;

import ai.chatflow.api.model.ContactIdentity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The person at the other end. The first identity is the address that we answer to. Empty only for
/// what a business wrote to a group.
public record Party(List<ContactIdentity> identities, @Nullable String name) {
  public Party {
    identities = List.copyOf(identities);
  }
}

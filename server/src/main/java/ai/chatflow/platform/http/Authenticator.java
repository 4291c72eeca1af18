package ai.chatflow.platform.http;

import ai.chatflow.platform.context.Principal;
import org.jspecify.annotations.Nullable;

/// Tells who is behind an `Authorization` header.
public interface Authenticator {
  /// @throws ai.chatflow.platform.errors.Unauthorized when the header is missing, or its key is
  ///   unknown, expired or revoked
  Principal authenticate(@Nullable String authorization);
}

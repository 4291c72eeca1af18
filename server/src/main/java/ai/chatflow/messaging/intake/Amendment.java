package ai.chatflow.messaging.intake;

import ai.chatflow.api.model.MessageContent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What later happened to a message: the latest content, and the first moment it was taken back.
/// Joining two is commutative, associative and idempotent.
///
/// @param content null when it was not edited
record Amendment(
    @Nullable MessageContent content, @Nullable Instant editedAt, @Nullable Instant deletedAt) {

  static Amendment edit(MessageContent content, Instant at) {
    return new Amendment(content, at, null);
  }

  static Amendment revocation(Instant at) {
    return new Amendment(null, null, at);
  }

  Amendment join(Amendment other) {
    var later = other.editedAfter(this) ? other : this;
    return new Amendment(later.content, later.editedAt, earlier(this.deletedAt, other.deletedAt));
  }

  private boolean editedAfter(Amendment other) {
    if (editedAt == null || other.editedAt == null) {
      return editedAt != null;
    }
    return editedAt.isAfter(other.editedAt);
  }

  private static @Nullable Instant earlier(@Nullable Instant a, @Nullable Instant b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.isBefore(b) ? a : b;
  }
}

package ai.chatflow.platform.http;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Which page of a list is asked for.
///
/// @param limit how many at the most, 1 to 100
/// @param after the position after which the page begins, as the list itself wrote it
public record PageRequest(int limit, Optional<String> after) {

  /// Finds at most so many rows, newest first.
  @FunctionalInterface
  public interface Newest<T> {
    /// @param before the id before which they begin; null for the first
    List<T> list(@Nullable UUID before, int limit);
  }

  /// The page of a list whose position is an id: newest first.
  public <T> Page<T> newestFirst(Newest<T> rows, Function<T, UUID> id) {
    var before = after.map(UUID::fromString).orElse(null);
    return Page.of(rows.list(before, limit + 1), limit, row -> id.apply(row).toString());
  }
}

package ai.chatflow.platform.http;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// A page of a list.
///
/// @param next the position after the last item when there is more
public record Page<T>(List<T> items, Optional<String> next) {
  public Page {
    items = List.copyOf(items);
  }

  /// Makes a page of up to `limit + 1` rows: the one too many only tells that there is more.
  public static <T> Page<T> of(List<T> rows, int limit, Function<T, String> position) {
    if (rows.size() <= limit) {
      return new Page<>(rows, Optional.empty());
    }
    var items = rows.subList(0, limit);
    return new Page<>(items, Optional.of(position.apply(items.getLast())));
  }

  public <R> Page<R> map(Function<T, R> mapper) {
    return new Page<>(items.stream().map(mapper).toList(), next);
  }
}

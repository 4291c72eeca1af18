package ai.chatflow.sdk.core;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The query of a request: ordered, names may repeat.
public final class Query {
  private static final Query EMPTY = new Query(List.of());

  private final List<Entry> entries;

  private Query(List<Entry> entries) {
    this.entries = entries;
  }

  public static Query empty() {
    return EMPTY;
  }

  /// This query with `name` replaced; null takes it away, a list repeats it.
  public Query with(String name, @Nullable Object value) {
    List<Entry> next = new ArrayList<>(entries);
    next.removeIf(entry -> entry.name().equals(name));
    if (value instanceof List<?> list) {
      list.forEach(item -> next.add(new Entry(name, item.toString())));
    } else if (value != null) {
      next.add(new Entry(name, value.toString()));
    }
    return new Query(List.copyOf(next));
  }

  /// The first value of `name`.
  public Optional<String> first(String name) {
    return entries.stream()
        .filter(entry -> entry.name().equals(name))
        .map(Entry::value)
        .findFirst();
  }

  /// Empty, or `?` and the encoded query.
  @Override
  public String toString() {
    return entries.isEmpty()
        ? ""
        : entries.stream()
            .map(entry -> encode(entry.name()) + "=" + encode(entry.value()))
            .collect(Collectors.joining("&", "?", ""));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private record Entry(String name, String value) {}
}

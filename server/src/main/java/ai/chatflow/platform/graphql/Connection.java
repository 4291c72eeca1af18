package ai.chatflow.platform.graphql;

import ai.chatflow.platform.http.Page;
import ai.chatflow.platform.http.Pages;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A page of a list in GraphQL. Its cursors are those of the REST list with the same filters.
public record Connection<T>(List<Edge<T>> edges, PageInfo pageInfo) {
  public Connection {
    edges = List.copyOf(edges);
  }

  /// An item and the cursor after it.
  public record Edge<T>(String cursor, T node) {}

  public record PageInfo(boolean hasNextPage, @Nullable String endCursor) {}

  /// @param position where an item stands in its list, as the list's store reads it
  public static <T> Connection<T> of(
      Page<T> page, Pages.Request request, Function<T, String> position) {
    var edges =
        page.items().stream()
            .map(item -> new Edge<>(request.cursor(position.apply(item)), item))
            .toList();
    var end = edges.isEmpty() ? null : edges.getLast().cursor();
    return new Connection<>(edges, new PageInfo(page.next().isPresent(), end));
  }
}

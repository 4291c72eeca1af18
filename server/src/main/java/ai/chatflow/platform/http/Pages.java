package ai.chatflow.platform.http;

import ai.chatflow.platform.context.RequestContext;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads and writes the paging of list operations. Used by resources and GraphQL only.
public final class Pages {
  private final Cursors cursors;

  public Pages(Cursors cursors) {
    this.cursors = cursors;
  }

  /// A page of a list: `list` is its name, `filters` are its filters in a fixed order.
  public Request request(
      String list, Integer limit, @Nullable String cursor, @Nullable Object... filters) {
    var name = list + Arrays.stream(filters).map(String::valueOf).collect(Collectors.joining("|"));
    var workspace = RequestContext.current().workspace();
    return new Request(
        cursors, name, new PageRequest(limit, cursors.read(workspace, name, cursor)));
  }

  /// One request for a page, and the way to answer it.
  public record Request(Cursors cursors, String list, PageRequest page) {

    /// The cursor after a position of this list.
    public String cursor(String position) {
      return cursors.write(RequestContext.current().workspace(), list, position);
    }

    /// Renders the items and the next cursor with the generated page record's constructor.
    public <T, R, P> P answer(Page<T> found, Function<T, R> mapper, PageMaker<R, P> maker) {
      var workspace = RequestContext.current().workspace();
      var next = found.next().map(position -> cursors.write(workspace, list, position));
      return maker.make(
          found.items().stream().map(mapper).toList(), next.isPresent(), next.orElse(null));
    }
  }

  /// Makes the generated page record.
  @FunctionalInterface
  public interface PageMaker<R, P> {
    P make(List<R> data, boolean hasMore, @Nullable String nextCursor);
  }
}

package ai.chatflow.sdk;

import ai.chatflow.sdk.core.Fields;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// One page of a list, and the way to the next.
public final class Page<T> {
  private final List<T> data;
  private final boolean hasMore;
  private final @Nullable String nextCursor;
  private final Function<String, Page<T>> fetch;

  /// `fetch` asks for the page at a cursor, with the same filters. Made by the client.
  public Page(
      List<T> data, boolean hasMore, @Nullable String nextCursor, Function<String, Page<T>> fetch) {
    this.data = Objects.requireNonNull(Fields.copy(data));
    this.hasMore = hasMore;
    this.nextCursor = nextCursor;
    this.fetch = fetch;
  }

  public List<T> data() {
    return data;
  }

  public boolean hasMore() {
    return hasMore && nextCursor != null;
  }

  public Optional<String> nextCursor() {
    return Optional.ofNullable(nextCursor);
  }

  /// Asks the server for the page after this one.
  ///
  /// @throws NoSuchElementException when [#hasMore()] is false
  public Page<T> nextPage() {
    if (!hasMore || nextCursor == null) {
      throw new NoSuchElementException("This is the last page.");
    }
    return fetch.apply(nextCursor);
  }

  /// Every item from this page on; further pages are asked for when they are reached.
  public Iterable<T> autoPage() {
    return () -> new ItemIterator<>(this);
  }

  /// This page and those after it; each is asked for when it is reached.
  public Iterable<Page<T>> pages() {
    return () -> new PageIterator<>(this);
  }

  /// [#autoPage()] as a sequential stream.
  public Stream<T> stream() {
    return StreamSupport.stream(autoPage().spliterator(), false);
  }

  private static final class PageIterator<T> implements Iterator<Page<T>> {
    private final Page<T> first;
    private @Nullable Page<T> last;

    PageIterator(Page<T> first) {
      this.first = first;
    }

    @Override
    public boolean hasNext() {
      return last == null || last.hasMore();
    }

    @Override
    public Page<T> next() {
      last = last == null ? first : last.nextPage();
      return last;
    }
  }

  private static final class ItemIterator<T> implements Iterator<T> {
    private Page<T> page;
    private Iterator<T> items;

    ItemIterator(Page<T> first) {
      page = first;
      items = first.data.iterator();
    }

    @Override
    public boolean hasNext() {
      while (!items.hasNext() && page.hasMore()) {
        page = page.nextPage();
        items = page.data.iterator();
      }
      return items.hasNext();
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return items.next();
    }
  }
}

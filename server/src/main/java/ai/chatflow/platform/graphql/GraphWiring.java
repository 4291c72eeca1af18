package ai.chatflow.platform.graphql;

import graphql.TrivialDataFetcher;
import graphql.schema.DataFetcher;
import graphql.schema.DataFetchingEnvironment;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.dataloader.DataLoader;
import org.dataloader.DataLoaderFactory;
import org.dataloader.DataLoaderRegistry;
import org.jspecify.annotations.Nullable;

/// Who answers each field of the SDL. Nothing is found by reflection: a field that nobody
/// registered stops the start.
public final class GraphWiring {
  private final Map<String, Map<String, DataFetcher<?>>> fields = new HashMap<>();
  private final Map<String, Supplier<DataLoader<?, ?>>> loaders = new LinkedHashMap<>();

  /// The fields of a type whose values are of a class. More than one feature may add to a type.
  public <T> Type<T> type(String name, Class<T> source) {
    return new Type<>(fields.computeIfAbsent(name, _ -> new HashMap<>()), source);
  }

  /// The entry points.
  public Type<Object> query() {
    return type("Query", Object.class);
  }

  /// The entry points of what does not end: each answers `Endless`.
  public Type<Object> subscription() {
    return type("Subscription", Object.class);
  }

  /// The types `…Connection` and `…Edge` of a node type.
  public void connection(String node) {
    type(node + "Connection", Object.class)
        .property("edges", connection -> ((Connection<?>) connection).edges())
        .property("pageInfo", connection -> ((Connection<?>) connection).pageInfo());
    type(node + "Edge", Object.class)
        .property("cursor", edge -> ((Connection.Edge<?>) edge).cursor())
        .property("node", edge -> ((Connection.Edge<?>) edge).node());
  }

  /// Loads values of many keys at once: each level of a query asks once. A key without a value is
  /// null.
  public <K, V> void loader(String name, Function<Collection<K>, Map<K, V>> load) {
    Supplier<DataLoader<?, ?>> loader =
        () -> DataLoaderFactory.<K, V>newMappedDataLoader((Set<K> keys) -> stage(load, keys));
    if (loaders.put(name, loader) != null) {
      throw new IllegalStateException("two loaders are called " + name);
    }
  }

  /// Asks a loader.
  public static <K, V> CompletableFuture<@Nullable V> load(
      DataFetchingEnvironment env, String loader, K key) {
    return Objects.requireNonNull(env.<K, V>getDataLoader(loader), loader).load(key);
  }

  private static <K, V> CompletionStage<Map<K, V>> stage(
      Function<Collection<K>, Map<K, V>> load, Collection<K> keys) {
    try {
      return CompletableFuture.completedFuture(load.apply(keys));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  Map<String, Map<String, DataFetcher<?>>> fields() {
    return fields;
  }

  /// Loaders for one request.
  DataLoaderRegistry registry() {
    var registry = new DataLoaderRegistry();
    loaders.forEach((name, loader) -> registry.register(name, loader.get()));
    return registry;
  }

  /// The fields of one type.
  public static final class Type<T> {
    private final Map<String, DataFetcher<?>> fields;
    private final Class<T> source;

    private Type(Map<String, DataFetcher<?>> fields, Class<T> source) {
      this.fields = fields;
      this.source = source;
    }

    /// A field that is read off the value.
    public Type<T> property(String field, Function<T, ? extends @Nullable Object> read) {
      TrivialDataFetcher<@Nullable Object> fetcher =
          env -> read.apply(Objects.requireNonNull(source.cast(env.getSource())));
      return put(field, fetcher);
    }

    /// A field that has to be fetched.
    public Type<T> field(String field, DataFetcher<?> fetcher) {
      return put(field, fetcher);
    }

    private Type<T> put(String field, DataFetcher<?> fetcher) {
      if (fields.put(field, fetcher) != null) {
        throw new IllegalStateException("two answers for " + field);
      }
      return this;
    }
  }
}

package ai.chatflow.platform.db;

import ai.chatflow.platform.ids.TypedId;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.argument.ArgumentFactory;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/// How our types travel: typed ids as `uuid`, instants as `timestamptz` without the JVM's zone, and
/// arrays for `unnest`. Types that Jdbi knows are here too, found at once: Jdbi asks some twenty
/// factories for each value of each statement, describes the value, and sends arrays of texts
/// escaped instead of binary.
final class PostgresArguments implements ArgumentFactory.Preparable {
  /// Makes an array of the driver.
  private interface Encoder<T> {
    Array encode(Connection connection, T[] elements) throws SQLException;
  }

  /// Puts a value that is not null into a statement.
  private interface Binder {
    void bind(PreparedStatement statement, int position, Object value) throws SQLException;
  }

  private static final Map<Type, Binder> SCALARS =
      Map.of(
          String.class, (statement, at, value) -> statement.setString(at, (String) value),
          byte[].class, (statement, at, value) -> statement.setBytes(at, (byte[]) value),
          Instant.class, PostgresArguments::bindInstant,
          UUID.class, PreparedStatement::setObject,
          Short.class, PreparedStatement::setObject,
          Integer.class, PreparedStatement::setObject,
          int.class, PreparedStatement::setObject,
          Long.class, PreparedStatement::setObject,
          long.class, PreparedStatement::setObject,
          Boolean.class, PreparedStatement::setObject);

  private static final Map<Type, Binder> ARRAYS =
      Map.of(
          String.class, array("varchar", String[]::new),
          byte[].class, array("bytea", byte[][]::new),
          Short.class, array("int2", Short[]::new),
          Integer.class, array("int4", Integer[]::new),
          Long.class, array("int8", Long[]::new),
          Instant.class, array(Instant[]::new, BinaryArrays::ofInstants),
          UUID.class, array(UUID[]::new, BinaryArrays::ofIds));

  private final Map<Type, Optional<Function<Object, Argument>>> found = new ConcurrentHashMap<>();

  @Override
  public Optional<Function<Object, Argument>> prepare(Type type, ConfigRegistry config) {
    return found.computeIfAbsent(
        type, wanted -> Optional.ofNullable(find(wanted)).map(b -> value -> new Bound(b, value)));
  }

  private static @Nullable Binder find(Type type) {
    if (isTypedId(type)) {
      return (statement, at, value) -> statement.setObject(at, ((TypedId) value).value());
    }
    var scalar = SCALARS.get(type);
    var element = elementOf(type);
    if (scalar != null || element == null) {
      return scalar;
    }
    return isTypedId(element)
        ? array(UUID[]::new, BinaryArrays::ofIds, id -> ((TypedId) id).value())
        : ARRAYS.get(element);
  }

  private static boolean isTypedId(Type type) {
    return type instanceof Class<?> c && TypedId.class.isAssignableFrom(c);
  }

  private static @Nullable Type elementOf(Type type) {
    return switch (type) {
      case Class<?> array when array.isArray() -> array.getComponentType();
      case ParameterizedType list when list.getRawType() == Iterable.class ->
          list.getActualTypeArguments()[0];
      default -> null;
    };
  }

  private static void bindInstant(PreparedStatement statement, int at, Object value)
      throws SQLException {
    statement.setObject(at, ((Instant) value).atOffset(ZoneOffset.UTC));
  }

  /// Arrays of these types the driver sends as they are; others it sends as texts.
  private static <T> Binder array(String elementType, IntFunction<T[]> typed) {
    return array(typed, (connection, elements) -> connection.createArrayOf(elementType, elements));
  }

  private static <T> Binder array(IntFunction<T[]> typed, Encoder<T> encoder) {
    return array(typed, encoder, Function.identity());
  }

  private static <T> Binder array(
      IntFunction<T[]> typed, Encoder<T> encoder, Function<Object, Object> element) {
    return (statement, at, value) -> {
      var converted =
          Arrays.stream(elements(value))
              .map(given -> given == null ? null : element.apply(given))
              .toArray(typed);
      statement.setArray(at, encoder.encode(statement.getConnection(), converted));
    };
  }

  private static @Nullable Object[] elements(Object value) {
    return value instanceof Collection<?> list ? list.toArray() : (Object[]) value;
  }

  /// Describes itself without its value: that may be what people wrote, and would be in exceptions.
  private record Bound(Binder binder, @Nullable Object value) implements Argument {
    @Override
    public void apply(int position, PreparedStatement statement, StatementContext context)
        throws SQLException {
      if (value == null) {
        statement.setNull(position, Types.NULL);
      } else {
        binder.bind(statement, position, value);
      }
    }

    @Override
    public String toString() {
      return "a bound value";
    }
  }
}

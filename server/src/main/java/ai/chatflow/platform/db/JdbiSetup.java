package ai.chatflow.platform.db;

import ai.chatflow.platform.ids.TypedId;
import java.lang.reflect.Type;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.argument.ArgumentFactory;
import org.jdbi.v3.core.array.SqlArrayType;
import org.jdbi.v3.core.array.SqlArrayTypeFactory;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.mapper.ColumnMapper;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.jspecify.annotations.Nullable;

/// How our types travel: typed ids as `uuid`, instants as `timestamptz` without the JVM's zone,
/// both also as arrays for `unnest`; `byte[]` arrays as `bytea[]`.
final class JdbiSetup {
  private JdbiSetup() {}

  static Jdbi over(DataSource dataSource) {
    Jdbi jdbi = Jdbi.create(dataSource).installPlugin(new PostgresPlugin());
    jdbi.registerArgument(new TypedIdArguments());
    jdbi.registerArgument(new InstantArguments());
    jdbi.registerArrayType(new TypedIdArrays());
    jdbi.registerArrayType(Instant.class, "timestamptz", JdbiSetup::element);
    jdbi.registerArrayType(byte[].class, "bytea");
    jdbi.registerColumnMapper(Instant.class, instants());
    // bound values are what people wrote: they stay out of exceptions, and so out of logs
    jdbi.getConfig(StatementExceptions.class)
        .setMessageRendering(StatementExceptions.MessageRendering.NONE);
    return jdbi;
  }

  /// Elements of arrays may be null, whatever Jdbi's signature says.
  private static @Nullable OffsetDateTime element(@Nullable Instant instant) {
    return instant == null ? null : atUtc(instant);
  }

  private static OffsetDateTime atUtc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  private static ColumnMapper<Instant> instants() {
    return (row, column, _) -> {
      OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
      return at == null ? null : at.toInstant();
    };
  }

  private static final class InstantArguments extends AbstractArgumentFactory<Instant> {
    InstantArguments() {
      super(Types.TIMESTAMP_WITH_TIMEZONE);
    }

    @Override
    protected Argument build(Instant value, ConfigRegistry config) {
      return (position, statement, _) -> statement.setObject(position, atUtc(value));
    }
  }

  private static final class TypedIdArguments implements ArgumentFactory {
    @Override
    public Optional<Argument> build(Type type, @Nullable Object value, ConfigRegistry config) {
      return switch (value) {
        case TypedId id ->
            Optional.of((position, statement, _) -> statement.setObject(position, id.value()));
        case null ->
            type instanceof Class<?> c && TypedId.class.isAssignableFrom(c)
                ? Optional.of((position, statement, _) -> statement.setNull(position, Types.OTHER))
                : Optional.empty();
        default -> Optional.empty();
      };
    }
  }

  private static final class TypedIdArrays implements SqlArrayTypeFactory {
    @Override
    public Optional<SqlArrayType<?>> build(Type elementType, ConfigRegistry config) {
      if (elementType instanceof Class<?> c && TypedId.class.isAssignableFrom(c)) {
        return Optional.of(SqlArrayType.<TypedId>of("uuid", JdbiSetup::uuid));
      }
      return Optional.empty();
    }
  }

  private static UUID uuid(TypedId id) {
    return id.value();
  }
}

package ai.chatflow.platform.db;

import java.time.Instant;
import java.time.OffsetDateTime;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.ColumnMapper;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.postgres.PostgresPlugin;

/// Jdbi as we use it.
final class JdbiSetup {
  private JdbiSetup() {}

  static Jdbi over(DataSource dataSource) {
    Jdbi jdbi = Jdbi.create(dataSource).installPlugin(new PostgresPlugin());
    jdbi.registerArgument(new PostgresArguments());
    jdbi.registerColumnMapper(Instant.class, instants());
    // bound values are what people wrote: they stay out of exceptions, and so out of logs
    jdbi.getConfig(StatementExceptions.class)
        .setMessageRendering(StatementExceptions.MessageRendering.NONE);
    return jdbi;
  }

  private static ColumnMapper<Instant> instants() {
    return (row, column, _) -> {
      OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
      return at == null ? null : at.toInstant();
    };
  }
}

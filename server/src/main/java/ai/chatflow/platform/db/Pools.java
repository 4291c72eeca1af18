package ai.chatflow.platform.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/// Opens pools. Limits are set on each new connection, so that they hold for roles we did not make.
final class Pools {
  private Pools() {}

  static HikariDataSource open(PoolSettings settings) {
    var config = new HikariConfig();
    config.setPoolName("chatflow-" + settings.name());
    config.setJdbcUrl(settings.url().jdbcUrl());
    config.setUsername(settings.url().user());
    config.setPassword(settings.url().password());
    config.setMaximumPoolSize(settings.size());
    config.setMinimumIdle(Math.min(2, settings.size()));
    config.setConnectionTimeout(settings.connectionWait().toMillis());
    config.setInitializationFailTimeout(-1);
    // each statement is written for one plan: planning again cost more than reading a page. No plan
    // reads a table from end to end while there is an index: it would be kept when the table grows,
    // and one workspace's rows would cost the others time
    config.setConnectionInitSql(
        ("set statement_timeout = %d; set lock_timeout = %d; set time zone 'UTC'; "
                + "set plan_cache_mode = force_generic_plan; set enable_seqscan = off")
            .formatted(settings.statementTimeout().toMillis(), settings.lockTimeout().toMillis()));
    config.addDataSourceProperty("ApplicationName", config.getPoolName());
    config.addDataSourceProperty("connectTimeout", "2");
    config.addDataSourceProperty("tcpKeepAlive", "true");
    config.addDataSourceProperty("logServerErrorDetail", "false");
    config.addDataSourceProperty("socketTimeout", "30");
    config.addDataSourceProperty("reWriteBatchedInserts", "true");
    return new HikariDataSource(config);
  }
}

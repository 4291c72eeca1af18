package ai.chatflow.app.embedded;

/// The settings of the embedded PostgreSQL, written whole before each start.
final class PostgreSqlSettings {
  private PostgreSqlSettings() {}

  static String postgresqlConf(int port) {
    return """
    # Written by ChatFlow before each start; changes here are lost.
    listen_addresses = '127.0.0.1'
    port = %d
    unix_socket_directories = ''
    max_connections = 100
    password_encryption = 'scram-sha-256'
    fsync = on
    synchronous_commit = on
    full_page_writes = on
    shared_buffers = 256MB
    work_mem = 8MB
    maintenance_work_mem = 64MB
    effective_cache_size = 1GB
    max_wal_size = 2GB
    checkpoint_completion_target = 0.9
    random_page_cost = 1.1
    jit = off
    # statements are planned once; analyzing a table that grew lets them be planned again
    autovacuum_naptime = 5s
    timezone = 'UTC'
    log_timezone = 'UTC'
    log_line_prefix = '%%m [%%p] '
    log_checkpoints = off
    log_min_duration_statement = 1s
    idle_in_transaction_session_timeout = 60s
    tcp_keepalives_idle = 60
    """
        .formatted(port);
  }

  static String hbaConf() {
    return """
    # Written by ChatFlow before each start; changes here are lost.
    host all all 127.0.0.1/32 scram-sha-256
    """;
  }
}

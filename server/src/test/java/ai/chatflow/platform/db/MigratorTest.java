package ai.chatflow.platform.db;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.testing.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class MigratorTest {
  @AutoClose private static final TestDatabase DATABASE = TestDatabase.create();

  @Test
  void manyNodesMigrateAnEmptyDatabaseAtOnce() throws Exception {
    execute("drop owned by chatflow_request, chatflow_worker; drop schema public cascade");
    execute("create schema public");

    try (var nodes = Executors.newVirtualThreadPerTaskExecutor()) {
      var runs = new ArrayList<Future<?>>();
      for (int i = 0; i < 4; i++) {
        runs.add(
            nodes.submit(
                () -> {
                  new DatabaseRoles(TestDatabase.MASTER_KEY).ensure(DATABASE.admin());
                  new Migrator(DATABASE.admin()).migrate();
                  return null;
                }));
      }
      for (Future<?> run : runs) {
        run.get();
      }
    }

    assertThat(count("select count(*) from databasechangelog where orderexecuted = 1")).isOne();
  }

  @Test
  void aLockLeftByAKilledNodeStopsNobody() throws Exception {
    execute("update databasechangeloglock set locked = true, lockedby = 'a killed node'");

    new Migrator(DATABASE.admin()).migrate();

    assertThat(count("select count(*) from databasechangeloglock where locked")).isZero();
  }

  @Test
  void everyTableOfATenantForcesRowLevelSecurityAndLeadsWithTheWorkspace() throws Exception {
    var open =
        count(
            """
            select count(*) from pg_class c join pg_attribute a on a.attrelid = c.oid
            where c.relkind in ('r', 'p') and not c.relispartition
              and c.relnamespace = 'public'::regnamespace and a.attname = 'workspace_id'
              and not (c.relrowsecurity and c.relforcerowsecurity)
            """);
    var keysWithoutWorkspace =
        count(
            """
            select count(*) from pg_index i
            join pg_attribute w on w.attrelid = i.indrelid and w.attname = 'workspace_id'
            join pg_class c on c.oid = i.indrelid and c.relnamespace = 'public'::regnamespace
            where i.indisunique and i.indkey[0] <> w.attnum
            """);

    assertThat(open).isZero();
    assertThat(keysWithoutWorkspace).isZero();
  }

  @Test
  void theServersRolesAreNeitherOwnersNorPowerful() throws Exception {
    assertThat(
            count(
                """
                select count(*) from pg_roles
                where rolname in ('chatflow_request', 'chatflow_worker')
                  and not rolsuper and not rolbypassrls and not rolcreaterole and not rolcreatedb
                """))
        .isEqualTo(2);
    assertThat(
            count(
                """
                select count(*) from pg_class c join pg_roles r on r.oid = c.relowner
                where r.rolname in ('chatflow_request', 'chatflow_worker')
                """))
        .isZero();
  }

  @Test
  void everyPartitionedTableFindsItsMonthsMadeAheadOnce() throws Exception {
    long tables = count("select count(*) from pg_partitioned_table");
    assertThat(tables).isGreaterThanOrEqualTo(2);
    assertThat(count("select chatflow_make_partitions(2)")).isZero();
    assertThat(count("select chatflow_make_partitions(4)")).isEqualTo(2 * tables);
    assertThat(
            count(
                """
                select count(*) from pg_inherits i
                join pg_class c on c.oid = i.inhrelid
                where c.relname like '%' || to_char(now() + interval '4 months', '_YYYY_MM')
                """))
        .isEqualTo(tables);
  }

  private static long count(String sql) throws SQLException {
    try (var connection = DATABASE.admin().getConnection();
        var rows = connection.createStatement().executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static void execute(String sql) throws SQLException {
    try (var connection = DATABASE.admin().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}

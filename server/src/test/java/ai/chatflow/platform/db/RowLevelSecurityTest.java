package ai.chatflow.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The second wall between tenants, looked at from the login of requests: whatever the statement,
/// rows of another workspace are not there.
class RowLevelSecurityTest {
  private static final UUID ONE = UUID.fromString("01900000-0000-7000-8000-000000000001");
  private static final UUID OTHER = UUID.fromString("01900000-0000-7000-8000-000000000002");

  /// Every table, partitioned or not, in which rows belong to a workspace.
  private static final String TENANT_TABLES =
      """
      select c.relname from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id'
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and not c.relispartition
      order by 1
      """;

  private static TestDatabase database;

  @BeforeAll
  static void open() {
    database = TestDatabase.create();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @Test
  void everyTableOfTenantsForcesItsPolicyAndHasOnlyTheTwoPolicies() throws SQLException {
    assertThat(
            asOwner(
                """
                select c.relname from pg_class c
                join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id'
                where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
                  and not c.relispartition and not (c.relrowsecurity and c.relforcerowsecurity)
                """))
        .isEmpty();
    assertThat(
            asOwner(
                """
                select tablename || ': ' || policyname from pg_policies
                where 'chatflow_request' = any(roles)
                  and (qual is distinct from with_check or qual not like '%app.workspace_id%')
                """))
        .isEmpty();
    assertThat(asOwner(TENANT_TABLES)).hasSizeGreaterThan(15).contains("message", "contact");
  }

  @Test
  void theLoginOfRequestsIsNeitherOwnerNorAboveTheWall() throws SQLException {
    assertThat(
            asOwner(
                """
                select rolname from pg_roles
                where rolname in ('chatflow_request', 'chatflow_worker')
                  and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)
                """))
        .isEmpty();
    assertThat(
            asOwner(
                """
                select c.relname from pg_class c join pg_roles r on r.oid = c.relowner
                where r.rolname in ('chatflow_request', 'chatflow_worker')
                """))
        .isEmpty();
    assertThat(
            asOwner(
                """
                select r.rolname from pg_auth_members m
                join pg_roles r on r.oid = m.roleid join pg_roles l on l.oid = m.member
                where l.rolname = 'chatflow_request'
                """))
        .isEmpty();
  }

  @Test
  void partitionsCannotBeReadPastTheirParent() throws SQLException {
    assertThat(
            asOwner(
                """
                select c.relname from pg_class c
                where c.relnamespace = 'public'::regnamespace and c.relispartition
                  and c.relkind in ('r', 'p')
                  and has_table_privilege(
                    'chatflow_request', c.oid, 'select, insert, update, delete')
                """))
        .isEmpty();
  }

  @Test
  void rowsOfAnotherWorkspaceAreNeitherSeenNorChangedNorMade() throws SQLException {
    for (var table : asOwner(TENANT_TABLES)) {
      if (!asOwner(readable(table)).isEmpty()) {
        assertWalled(table);
      }
    }
  }

  /// Columns that can be given; the others the database computes.
  private static String writable(String table) {
    return """
    select quote_ident(attname) from pg_attribute
    where attrelid = '%s'::regclass and attnum > 0 and not attisdropped and attgenerated = ''
    order by attnum
    """
        .formatted(table);
  }

  private static String readable(String table) {
    return "select 1 where has_table_privilege('chatflow_request', '" + table + "', 'select')";
  }

  private static void assertWalled(String table) throws SQLException {
    insertAsOwner(table, ONE);
    try (var connection = asRequest()) {
      assertThat(count(connection, table)).as("%s, no workspace set", table).isZero();
      connection.setAutoCommit(false);
      enter(connection, OTHER);
      assertThat(count(connection, table)).as("%s, another workspace set", table).isZero();
      assertThat(changed(connection, "delete from " + table)).as(table).isZero();
      connection.rollback();
      enter(connection, ONE);
      assertThat(count(connection, table)).as("%s, its own workspace set", table).isOne();
      connection.rollback();
    }
    assertNothingCanBeSmuggledIn(table);
  }

  private static void assertNothingCanBeSmuggledIn(String table) throws SQLException {
    if (asOwner("select 1 where has_table_privilege('chatflow_request', '" + table + "', 'insert')")
        .isEmpty()) {
      return;
    }
    var columns = String.join(", ", asOwner(writable(table)));
    var row =
        "insert into %1$s (%2$s) select %2$s from jsonb_populate_record(null::%1$s, "
            .formatted(table, columns);
    try (var connection = asRequest()) {
      connection.setAutoCommit(false);
      enter(connection, ONE);
      String json = first(connection, "select to_jsonb(t)::text from " + table + " t");
      connection.rollback();
      enter(connection, OTHER);
      assertThatThrownBy(() -> changed(connection, row + "'" + json + "'::jsonb)"))
          .as(table)
          .hasMessageContaining("row-level security");
      connection.rollback();
    }
  }

  /// A row with something in every column that must have something.
  private static void insertAsOwner(String table, UUID workspace) throws SQLException {
    var columns = new ArrayList<String>();
    var values = new ArrayList<String>();
    var required =
        """
        select a.attname, format_type(a.atttypid, null) from pg_attribute a
        where a.attrelid = '%s'::regclass and a.attnum > 0 and not a.attisdropped
          and a.attnotnull and not a.atthasdef and a.attidentity = ''
        """
            .formatted(table);
    try (var connection = database.admin().getConnection();
        var statement = connection.createStatement()) {
      try (var found = statement.executeQuery(required)) {
        while (found.next()) {
          columns.add(found.getString(1));
          values.add(
              found.getString(1).equals("workspace_id")
                  ? "'" + workspace + "'"
                  : something(found.getString(2)));
        }
      }
      // checks and foreign keys are not what is tried here
      statement.execute("set session_replication_role = replica");
      dropChecks(connection, table);
      statement.execute(
          "insert into %s (%s) values (%s)"
              .formatted(table, String.join(", ", columns), String.join(", ", values)));
    }
  }

  private static void dropChecks(Connection connection, String table) throws SQLException {
    try (var statement = connection.createStatement();
        var checks =
            statement.executeQuery(
                "select conname from pg_constraint where contype = 'c' and conrelid = '"
                    + table
                    + "'::regclass")) {
      while (checks.next()) {
        try (var drop = connection.createStatement()) {
          drop.execute("alter table " + table + " drop constraint " + checks.getString(1));
        }
      }
    }
  }

  private static String something(String type) {
    return switch (type) {
      case "uuid" -> "gen_random_uuid()";
      case "timestamp with time zone" -> "now()";
      case "jsonb", "json" -> "'{}'";
      case "bytea" -> "'\\x00'";
      case "text[]", "uuid[]" -> "'{}'";
      case "boolean" -> "true";
      case "text" -> "'x'";
      default -> "1";
    };
  }

  private static void enter(Connection connection, UUID workspace) throws SQLException {
    changed(connection, "set local app.workspace_id = '" + workspace + "'");
  }

  private static long count(Connection connection, String table) throws SQLException {
    return Long.parseLong(first(connection, "select count(*) from " + table));
  }

  private static String first(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      assertThat(row.next()).as(sql).isTrue();
      return row.getString(1);
    }
  }

  private static int changed(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }

  private static Connection asRequest() throws SQLException {
    var login =
        new DatabaseRoles(TestDatabase.MASTER_KEY).login(database.url(), DatabaseRoles.REQUEST);
    return DriverManager.getConnection(login.jdbcUrl(), login.user(), login.password());
  }

  private static List<String> asOwner(String sql) throws SQLException {
    try (var connection = database.admin().getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      var found = new ArrayList<String>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      return found;
    }
  }
}

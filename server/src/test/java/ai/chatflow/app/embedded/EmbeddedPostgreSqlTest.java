package ai.chatflow.app.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.app.config.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgreSqlTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir Path temporary;

  @Test
  void rowsSurviveARestartAndPortAndPasswordStay() throws Exception {
    int port;
    try (var database = start()) {
      port = database.port();
      execute(database, "create table kept (n int)");
      execute(database, "insert into kept values (42)");
    }

    try (var database = start()) {
      assertThat(query(database, "select n from kept")).isEqualTo("42");
      assertThat(database.port()).isEqualTo(port);
    }
  }

  @Test
  void itIsDurableDeterministicAndClosedToOthers() throws Exception {
    try (var database = start()) {
      assertThat(query(database, "show fsync")).isEqualTo("on");
      assertThat(query(database, "show synchronous_commit")).isEqualTo("on");
      assertThat(query(database, "show listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(
              query(
                  database,
                  "select datlocale || ' ' || pg_encoding_to_char(encoding) from pg_database"
                      + " where datname = 'chatflow'"))
          .isEqualTo("C.UTF-8 UTF8");
      assertThatThrownBy(() -> DriverManager.getConnection(database.jdbcUrl(), "chatflow", "wrong"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password authentication failed");
    }
  }

  @Test
  void aKilledPostmasterComesBackByItselfWithItsRows() throws Exception {
    try (var database = start()) {
      execute(database, "create table kept as select 7 as n");
      var before = database.pid();

      new OsProcess(before).kill();

      Await.until(Duration.ofSeconds(30), () -> database.pid() != before);
      assertThat(query(database, "select n from kept")).isEqualTo("7");
      assertThat(database.pid()).isNotEqualTo(before);
    }
  }

  @Test
  void aPostmasterThatAKilledServerLeftIsAdopted() throws Exception {
    var left = start();
    execute(left, "create table kept as select 7 as n");
    left.abandon();

    try (var database = start()) {
      assertThat(database.pid()).isEqualTo(left.pid());
      assertThat(query(database, "select n from kept")).isEqualTo("7");
    }
    assertThat(new OsProcess(left.pid()).alive()).isFalse();
  }

  @Test
  void aPostmasterLeftWithOtherSettingsIsReplaced() throws Exception {
    var left = start();
    left.abandon();
    var settings = home().resolve("data/postgresql.conf");
    Files.writeString(settings, Files.readString(settings) + "# of an older version\n");

    try (var database = start()) {
      assertThat(database.pid()).isNotEqualTo(left.pid());
      assertThat(query(database, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void aPidFileWhoseNumberNowBelongsToAnotherProgramDoesNotStopTheStart() throws Exception {
    start().close();
    var pidFile = home().resolve("data/postmaster.pid");
    var lines =
        List.of(
            Long.toString(ProcessHandle.current().pid()),
            home().resolve("data").toString(),
            "1770000000",
            "20001",
            "",
            "127.0.0.1",
            "  1 1",
            "ready   ");
    Files.write(pidFile, lines);

    try (var database = start()) {
      assertThat(query(database, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void whatAKillDuringTheFirstStartLeftIsClearedAway() throws Exception {
    Files.createDirectories(home().resolve("data.new/base"));
    Files.writeString(home().resolve("data.new/PG_VERSION"), "18\n");
    Files.writeString(home().resolve("password.new"), "half");
    var programs = temporary.resolve("programs");
    Files.createDirectories(programs.resolve("redis-server-6.2.6-v5-linux-amd64.new-1/bin"));

    try (var database = start()) {
      assertThat(query(database, "select 1")).isEqualTo("1");
      assertThat(home().resolve("data.new")).doesNotExist();
      assertThat(home().resolve("password.new")).doesNotExist();
    }
  }

  @Test
  void filesOfAnotherMajorVersionAreNamedInsteadOfTouched() throws Exception {
    start().close();
    Files.writeString(home().resolve("data/PG_VERSION"), "17\n");

    assertThatThrownBy(this::start)
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining(
            "was made by PostgreSQL 17, this version of ChatFlow brings" + " PostgreSQL 18");
  }

  private Path home() throws IOException {
    return temporary.toRealPath().resolve("postgresql");
  }

  private EmbeddedPostgreSql start() throws IOException {
    return EmbeddedPostgreSql.start(home(), TestBinaries.shared(), RANDOM);
  }

  private static void execute(EmbeddedPostgreSql database, String sql) throws SQLException {
    try (var connection = connect(database);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String query(EmbeddedPostgreSql database, String sql) throws SQLException {
    try (var connection = connect(database);
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      assertThat(row.next()).isTrue();
      return row.getString(1);
    }
  }

  private static Connection connect(EmbeddedPostgreSql database) throws SQLException {
    return DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
  }
}

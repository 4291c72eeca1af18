package ai.chatflow.app.embedded;

import ai.chatflow.app.config.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The files of one PostgreSQL cluster and the programs that make, start and stop it. Holds no
/// process: what runs is read from `postmaster.pid` each time.
final class PostgreSqlCluster {
  static final String SUPERUSER = "chatflow";
  private static final Duration INIT_TIMEOUT = Duration.ofMinutes(3);
  private static final Duration START_TIMEOUT = Duration.ofMinutes(5);
  private static final Duration STOP_TIMEOUT = Duration.ofMinutes(1);

  private final Path home;
  private final Path data;
  private final Path programs;
  private final String password;

  private PostgreSqlCluster(Path home, Path programs, String password) {
    this.home = home;
    this.data = home.resolve("data");
    this.programs = programs;
    this.password = password;
  }

  /// Finds the cluster under `home`, or makes it. What a kill in the middle left is removed first:
  /// a cluster counts from the moment it is renamed to `data`.
  static PostgreSqlCluster openOrCreate(Path home, Binaries binaries, RandomGenerator random)
      throws IOException {
    PrivateFiles.createFolder(home);
    var programs = binaries.postgreSql().toRealPath().resolve("bin");
    PrivateFiles.deleteLeftovers(home, "data.new");
    PrivateFiles.deleteLeftovers(home, "command-");
    var passwordFile = home.resolve("password");
    if (!Files.exists(passwordFile)) {
      PrivateFiles.write(passwordFile, Passwords.generate(random) + "\n");
    }
    var password = Files.readString(passwordFile).strip();
    var cluster = new PostgreSqlCluster(home.toRealPath(), programs, password);
    if (Files.exists(cluster.data.resolve("PG_VERSION"))) {
      cluster.requireSameMajorVersion();
    } else {
      cluster.create(passwordFile);
    }
    return cluster;
  }

  private void create(Path passwordFile) throws IOException {
    var half = home.resolve("data.new");
    var init =
        command(
            "initdb",
            "--pgdata=" + half,
            "--username=" + SUPERUSER,
            "--pwfile=" + passwordFile.toRealPath(),
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8");
    var result = Command.run(home, INIT_TIMEOUT, init);
    if (!result.ok()) {
      throw new StartFailure("PostgreSQL could not create its files: " + result.output());
    }
    PrivateFiles.rename(half, data);
  }

  private void requireSameMajorVersion() throws IOException {
    var files = Files.readString(data.resolve("PG_VERSION")).strip();
    var ours = programMajorVersion();
    if (!files.equals(ours)) {
      throw new StartFailure(
          ("The database in %s was made by PostgreSQL %s, this version of ChatFlow brings"
                  + " PostgreSQL %s. Dump it with the version that made it and restore it here, or"
                  + " run your own PostgreSQL with DATABASE_URL.")
              .formatted(data, files, ours));
    }
  }

  private String programMajorVersion() throws IOException {
    var answer =
        Command.run(
            home, INIT_TIMEOUT, List.of(programs.resolve("postgres").toString(), "--version"));
    return answer.output().replaceFirst("(?s)\\D*(\\d+).*", "$1");
  }

  /// The postmaster that runs on these files now. A stale pid file is not one: neither when its
  /// process is gone nor when the number has gone to another program.
  Optional<RunningPostmaster> running() throws IOException {
    var pidFile = data.resolve("postmaster.pid");
    if (!Files.exists(pidFile)) {
      return Optional.empty();
    }
    var lines = Files.readAllLines(pidFile);
    if (lines.size() < 4 || !lines.get(0).strip().matches("\\d{1,18}")) {
      return Optional.empty();
    }
    var process = new OsProcess(Long.parseLong(lines.get(0).strip()));
    if (!process.alive() || !isOurs(process) || !lines.get(3).strip().matches("\\d{1,5}")) {
      return Optional.empty();
    }
    return Optional.of(new RunningPostmaster(process, Integer.parseInt(lines.get(3).strip())));
  }

  private boolean isOurs(OsProcess process) {
    var words = process.commandLine();
    return words.contains("postgres") && words.contains(data.toString());
  }

  /// Starts the postmaster as a daemon of its own session, so that Ctrl-C in the terminal of the
  /// server reaches the server alone, and returns when it accepts connections.
  RunningPostmaster start(RandomGenerator random) throws IOException {
    clearReusedPid();
    var port = LoopbackPort.remembered(home.resolve("port"), random);
    PrivateFiles.write(data.resolve("postgresql.conf"), PostgreSqlSettings.postgresqlConf(port));
    PrivateFiles.write(data.resolve("pg_hba.conf"), PostgreSqlSettings.hbaConf());
    shareWithClusterOwner("postgresql.conf", "pg_hba.conf");
    var log = home.resolve("postgresql.log");
    var result =
        Command.run(
            home,
            START_TIMEOUT,
            command(
                "pg_ctl",
                "start",
                "--wait",
                "--timeout=" + START_TIMEOUT.toSeconds(),
                "--pgdata=" + data,
                "--log=" + log));
    return running()
        .filter(_ -> result.ok())
        .orElseThrow(
            () -> new IOException("PostgreSQL did not start, see " + log + ": " + result.output()));
  }

  /// PostgreSQL deals with the pid file of a dead process by itself, but respects one whose number
  /// went to another program.
  private void clearReusedPid() throws IOException {
    var pidFile = data.resolve("postmaster.pid");
    if (!Files.exists(pidFile)) {
      return;
    }
    var first = Files.readString(pidFile).lines().findFirst().orElse("").strip();
    if (!first.matches("\\d{1,18}")) {
      return;
    }
    var process = new OsProcess(Long.parseLong(first));
    if (process.alive() && isOurs(process)) {
      throw new IOException("process " + first + " is starting or stopping on these files");
    }
    if (process.alive()) {
      Files.deleteIfExists(pidFile);
    }
  }

  /// Files written by root into the cluster of an ordinary account become that account's.
  private void shareWithClusterOwner(String... names) throws IOException {
    var owner = Files.getOwner(data);
    for (var name : names) {
      var file = data.resolve(name);
      if (!Files.getOwner(file).equals(owner)) {
        Files.setOwner(file, owner);
      }
    }
  }

  /// Ends the connections and stops the postmaster; does nothing when none runs.
  ///
  /// @param mode `fast` or `immediate`, as in `pg_ctl`
  void stop(String mode) throws IOException {
    var postmaster = running();
    if (postmaster.isEmpty()) {
      return;
    }
    Command.run(
        home,
        STOP_TIMEOUT,
        command(
            "pg_ctl",
            "stop",
            "--wait",
            "--timeout=" + STOP_TIMEOUT.toSeconds(),
            "--mode=" + mode,
            "--pgdata=" + data));
    if (!postmaster.get().process().awaitEnd(STOP_TIMEOUT)) {
      throw new IOException("PostgreSQL does not stop: process " + postmaster.get());
    }
  }

  /// True when a postmaster that runs already has the settings that we would start it with.
  boolean hasCurrentSettings(RunningPostmaster postmaster) throws IOException {
    return Files.readString(data.resolve("postgresql.conf"))
            .equals(PostgreSqlSettings.postgresqlConf(postmaster.port()))
        && postmaster.process().commandLine().contains(programs.toString());
  }

  Path data() {
    return data;
  }

  String password() {
    return password;
  }

  private List<String> command(String program, String... arguments) throws IOException {
    var words = new ArrayList<>(Unprivileged.prefix(home, data));
    words.add(programs.resolve(program).toString());
    words.addAll(Arrays.asList(arguments));
    return words;
  }
}

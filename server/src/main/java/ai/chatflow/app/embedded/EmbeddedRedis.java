package ai.chatflow.app.embedded;

import ai.chatflow.app.config.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A Redis on the loopback address that keeps nothing on disk. It ends with the server, even with a
/// killed one, and what an earlier server left running all the same is killed, since nothing in
/// Redis is worth keeping; while the server runs it is brought back when it dies, on the same port
/// with the same password.
public final class EmbeddedRedis implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRedis.class);
  private static final String PROGRAM = "redis-server";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final int POLLS = 400;

  private final Path home;
  private final Path program;
  private final String password;
  private final int port;
  private volatile OsProcess process;
  private volatile Watchdog watchdog;
  private final Watch watch;

  private EmbeddedRedis(Path home, Path program, RandomGenerator random) throws IOException {
    this.home = home;
    this.program = program;
    this.password = Passwords.generate(random);
    this.port = LoopbackPort.remembered(home.resolve("port"), random);
    this.process = launch();
    this.watchdog = Watchdog.over(process, PROGRAM);
    this.watch = new Watch("redis", () -> process.alive(), this::restart);
  }

  /// Starts Redis and returns when it answers.
  ///
  /// @param home the folder of its configuration, pid file and log
  public static EmbeddedRedis start(Path home, Binaries binaries, RandomGenerator random) {
    try {
      PrivateFiles.createFolder(home);
      var folder = home.toRealPath();
      var program = binaries.redisServer().toRealPath();
      killLeftover(folder);
      return new EmbeddedRedis(folder, program, random);
    } catch (IOException e) {
      throw new StartFailure(
          "The embedded Redis in %s does not start: %s".formatted(home, e.getMessage()), e);
    }
  }

  private static void killLeftover(Path home) throws IOException {
    var leftover = running(home);
    if (leftover.isPresent()) {
      leftover.get().kill();
      if (!leftover.get().awaitEnd(START_TIMEOUT)) {
        throw new IOException("an earlier Redis does not end: process " + leftover.get().pid());
      }
    }
  }

  private static Optional<OsProcess> running(Path home) throws IOException {
    var pidFile = home.resolve("redis.pid");
    if (!Files.exists(pidFile)) {
      return Optional.empty();
    }
    var text = Files.readString(pidFile).strip();
    return text.matches("\\d{1,18}")
        ? Optional.of(new OsProcess(Long.parseLong(text)))
            .filter(OsProcess::alive)
            .filter(process -> process.commandLine().contains(PROGRAM))
        : Optional.empty();
  }

  /// Redis becomes a daemon of its own session, so that Ctrl-C in the terminal of the server does
  /// not reach it.
  private OsProcess launch() throws IOException {
    Files.deleteIfExists(home.resolve("redis.pid"));
    var configuration = home.resolve("redis.conf");
    PrivateFiles.write(configuration, configuration());
    var words = List.of(program.toString(), configuration.toString());
    var result = Command.run(home, START_TIMEOUT, words);
    for (var i = 0; result.ok() && i < POLLS; i++) {
      var running = running(home);
      if (running.isPresent() && RedisConversation.answers(port, password)) {
        return running.get();
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    throw new IOException(
        "Redis did not start, see " + home.resolve("redis.log") + ": " + result.output());
  }

  private String configuration() {
    return """
    # Written by ChatFlow before each start; changes here are lost.
    bind 127.0.0.1
    port %d
    protected-mode yes
    requirepass %s
    daemonize yes
    dir "%s"
    pidfile "%s"
    logfile "%s"
    save ""
    appendonly no
    maxmemory 128mb
    maxmemory-policy allkeys-lru
    """
        .formatted(port, password, home, home.resolve("redis.pid"), home.resolve("redis.log"));
  }

  private void restart() throws IOException {
    LOG.warn("Redis is gone, starting it again");
    watchdog.close();
    process = launch();
    watchdog = Watchdog.over(process, PROGRAM);
    LOG.atInfo().addKeyValue("pid", process.pid()).log("Redis is back");
  }

  /// The port on 127.0.0.1.
  public int port() {
    return port;
  }

  /// The address with its password.
  public String url() {
    return "redis://:%s@127.0.0.1:%d".formatted(password, port);
  }

  long pid() {
    return process.pid();
  }

  /// Lets go of Redis and leaves it running, as a server does that is killed with its watchdog.
  void abandon() {
    watch.close();
    watchdog.close();
  }

  @Override
  public void close() {
    watch.close();
    watchdog.close();
    process.kill();
  }
}

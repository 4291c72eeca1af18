package ai.chatflow.app;

import ai.chatflow.app.config.ChatFlowConfiguration;
import ai.chatflow.app.config.StartFailure;
import ai.chatflow.app.embedded.Binaries;
import ai.chatflow.app.embedded.DataFolder;
import ai.chatflow.app.embedded.EmbeddedPostgreSql;
import ai.chatflow.app.embedded.EmbeddedRedis;
import ai.chatflow.platform.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The PostgreSQL and the Redis of this server, given or embedded, and the key that seals what is
/// secret in them. Closing shuts the embedded ones down and gives the data folder back.
public final class Databases implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Databases.class);

  private final @Nullable DataFolder folder;
  private final Secret url;
  private final Secret redisUrl;
  private final Secret masterKey;
  private final boolean embedded;
  private final Deque<AutoCloseable> open;

  private Databases(
      @Nullable DataFolder folder,
      Secret url,
      Secret redisUrl,
      Secret masterKey,
      boolean embedded,
      Deque<AutoCloseable> open) {
    this.folder = folder;
    this.url = url;
    this.redisUrl = redisUrl;
    this.masterKey = masterKey;
    this.embedded = embedded;
    this.open = open;
  }

  /// Takes the data folder when there is one, and starts what the settings do not name.
  ///
  /// @param beforeStart runs once the folder is ours and before anything is started
  public static Databases open(
      ChatFlowConfiguration configuration,
      InstantSource clock,
      RandomGenerator random,
      Runnable beforeStart) {
    var folder = configuration.dataFolder().map(path -> DataFolder.open(path, clock)).orElse(null);
    var open = new ArrayDeque<AutoCloseable>();
    if (folder != null) {
      open.push(folder);
    }
    var started = false;
    try {
      beforeStart.run();
      var masterKey = masterKey(configuration, folder, random);
      var databases = start(configuration, folder, masterKey, random, open);
      started = true;
      return databases;
    } finally {
      if (!started) {
        closeAll(open);
      }
    }
  }

  private static Databases start(
      ChatFlowConfiguration configuration,
      @Nullable DataFolder folder,
      Secret masterKey,
      RandomGenerator random,
      Deque<AutoCloseable> open) {
    var database = configuration.database().url();
    var redis = configuration.redis().url();
    if (folder == null) {
      return new Databases(null, database, redis, masterKey, false, open);
    }
    var path = folder.path();
    var embedded = database.isEmpty();
    var programs = new Binaries(path.resolve("programs"));
    var redisStart =
        redis.isEmpty()
            ? CompletableFuture.supplyAsync(() -> startRedis(path, programs, random, open))
            : CompletableFuture.completedFuture(redis);
    try {
      if (embedded) {
        database = startPostgreSql(path, programs, random, open);
      }
    } finally {
      redisStart.handle((_, _) -> true).join();
    }
    return new Databases(folder, database, join(redisStart), masterKey, embedded, open);
  }

  private static Secret startPostgreSql(
      Path path, Binaries programs, RandomGenerator random, Deque<AutoCloseable> open) {
    var home = path.resolve("postgresql");
    if (!Files.exists(home.resolve("data"))) {
      forgetCredentials(path);
    }
    var postgreSql = EmbeddedPostgreSql.start(home, programs, random);
    push(open, postgreSql);
    return new Secret(postgreSql.url());
  }

  private static void forgetCredentials(Path path) {
    try {
      Credentials.delete(path);
    } catch (IOException e) {
      throw new StartFailure("The credentials in " + path + " cannot be replaced: " + e, e);
    }
  }

  private static Secret startRedis(
      Path path, Binaries programs, RandomGenerator random, Deque<AutoCloseable> open) {
    var redis = EmbeddedRedis.start(path.resolve("redis"), programs, random);
    push(open, redis);
    return new Secret(redis.url());
  }

  private static void push(Deque<AutoCloseable> open, AutoCloseable started) {
    synchronized (open) {
      open.push(started);
    }
  }

  private static Secret join(CompletableFuture<Secret> start) {
    try {
      return start.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof StartFailure failure ? failure : e;
    }
  }

  private static Secret masterKey(
      ChatFlowConfiguration configuration, @Nullable DataFolder folder, RandomGenerator random) {
    if (!configuration.masterKey().isEmpty()) {
      return configuration.masterKey();
    }
    if (folder == null || !configuration.database().url().isEmpty()) {
      throw new StartFailure(
          "With a database of your own (DATABASE_URL), set CHATFLOW_MASTER_KEY too, the same on"
              + " each node: it seals the secrets in that database. Make one with: openssl rand"
              + " -base64 32");
    }
    return new Secret(folder.masterKey(random));
  }

  /// `postgres://user:password@host:port/database` of the role that owns the tables.
  public Secret url() {
    return url;
  }

  /// `redis://` or `rediss://` with its password.
  public Secret redisUrl() {
    return redisUrl;
  }

  /// 32 bytes in base64.
  public Secret masterKey() {
    return masterKey;
  }

  /// True when the PostgreSQL is ours: then the server migrates it and makes the demo workspace.
  public boolean embedded() {
    return embedded;
  }

  /// The folder, unless everything lies elsewhere and none was named.
  public Optional<DataFolder> folder() {
    return Optional.ofNullable(folder);
  }

  /// May be called twice.
  @Override
  public void close() {
    closeAll(open);
  }

  private static void closeAll(Deque<AutoCloseable> open) {
    synchronized (open) {
      while (!open.isEmpty()) {
        try {
          open.pop().close();
        } catch (Exception e) {
          LOG.error("could not be closed", e);
        }
      }
    }
  }
}

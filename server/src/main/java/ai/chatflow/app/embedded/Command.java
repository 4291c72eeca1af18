package ai.chatflow.app.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One run of a short program whose output matters only when it fails.
final class Command {
  private Command() {}

  record Result(int exit, String output) {
    boolean ok() {
      return exit == 0;
    }
  }

  /// Runs the program with a clean environment and waits for it. The output goes by way of a file,
  /// because a daemon that the program leaves behind would keep a pipe open.
  static Result run(Path folder, Duration timeout, List<String> command) throws IOException {
    var output = Files.createTempFile(folder, "command-", ".log");
    try {
      var builder = new ProcessBuilder(command).directory(folder.toFile());
      var path = builder.environment().getOrDefault("PATH", "/usr/bin:/bin");
      builder.environment().clear();
      builder.environment().put("PATH", path + ":/usr/sbin:/sbin:/usr/bin:/bin");
      builder.environment().put("LC_ALL", "C");
      builder.redirectErrorStream(true).redirectOutput(output.toFile());
      builder.redirectInput(Path.of("/dev/null").toFile());
      var process = builder.start();
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        return new Result(-1, "no end within " + timeout + ": " + Files.readString(output));
      }
      return new Result(process.exitValue(), Files.readString(output).strip());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + command.getFirst(), e);
    } finally {
      Files.deleteIfExists(output);
    }
  }
}

package ai.chatflow.app.embedded;

import java.io.IOException;
import java.util.List;

/// Kills a daemon when this JVM ends, however it ends: a shell that reads a pipe of ours, which the
/// kernel closes even after `kill -9`. Needs nothing but `sh`.
final class Watchdog implements AutoCloseable {
  /// `$1` is the process. It is looked at first, because its number may have gone to another.
  private static final String SCRIPT =
      """
      trap '' HUP INT TERM
      while read -r _; do :; done
      { cat "/proc/$1/cmdline" 2>/dev/null || ps -o args= -p "$1"; } | grep -q "$2" && kill -9 "$1"
      """;

  /// Held, because the pipe would be closed with it.
  private final Process shell;

  private Watchdog(Process shell) {
    this.shell = shell;
  }

  /// @param program what the command line of the process contains
  static Watchdog over(OsProcess process, String program) throws IOException {
    var words = List.of("sh", "-c", SCRIPT, "watchdog", Long.toString(process.pid()), program);
    return new Watchdog(
        new ProcessBuilder(words)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start());
  }

  /// Lets the process live on.
  @Override
  public void close() {
    shell.destroyForcibly();
  }
}

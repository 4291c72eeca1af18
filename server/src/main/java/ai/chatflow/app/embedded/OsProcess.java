package ai.chatflow.app.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A process of this machine that may not be our child, known by its number. Numbers are reused, so
/// nobody acts on one before its command line was compared.
record OsProcess(long pid) {

  /// False for a process that has ended but was never reaped, which a container without an init
  /// process keeps for ever.
  boolean alive() {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false) && !zombie();
  }

  /// The command and its arguments joined by spaces; empty when the process is gone or not ours to
  /// look at.
  String commandLine() {
    var proc = Path.of("/proc", Long.toString(pid), "cmdline");
    if (Files.isReadable(proc)) {
      try {
        return new String(Files.readAllBytes(proc), StandardCharsets.UTF_8)
            .replace('\0', ' ')
            .strip();
      } catch (IOException _) {
        return "";
      }
    }
    return ProcessHandle.of(pid).flatMap(p -> p.info().commandLine()).orElse("");
  }

  void kill() {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  /// True when the process ended within the time.
  boolean awaitEnd(Duration timeout) {
    var handle = ProcessHandle.of(pid);
    if (handle.isEmpty() || zombie()) {
      return true;
    }
    try {
      handle.get().onExit().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException _) {
      return !alive();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot wait for process " + pid, e);
    }
  }

  private boolean zombie() {
    var stat = Path.of("/proc", Long.toString(pid), "stat");
    if (!Files.isReadable(stat)) {
      return false;
    }
    try {
      var text = Files.readString(stat, StandardCharsets.ISO_8859_1);
      return text.startsWith("Z", text.lastIndexOf(')') + 2);
    } catch (IOException _) {
      return true;
    }
  }
}

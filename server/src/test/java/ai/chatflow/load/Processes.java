package ai.chatflow.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What processes and their children cost, read from Linux' `/proc` (proc(5)).
public final class Processes {
  private static final double TICKS_PER_SECOND = 100;

  private Processes() {}

  /// Seconds of CPU, user and system, that each process used with its children, those that ended
  /// included.
  public static Map<String, Double> cpu(Map<String, List<Long>> roots) {
    var used = new LinkedHashMap<String, Double>();
    roots.forEach(
        (name, pids) ->
            used.put(
                name,
                pids.stream()
                    .flatMap(pid -> ProcessHandle.of(pid).stream())
                    .mapToDouble(Processes::tree)
                    .sum()));
    return used;
  }

  /// The resident set in MiB.
  public static double resident(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1_024)
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double tree(ProcessHandle root) {
    return own(root.pid()) + root.descendants().mapToDouble(child -> own(child.pid())).sum();
  }

  /// utime, stime, cutime and cstime stand 11 fields after the command's closing parenthesis.
  private static double own(long pid) {
    try {
      var text = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
      var fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
      long ticks = 0;
      for (int i = 11; i <= 14; i++) {
        ticks += Long.parseLong(fields[i]);
      }
      return ticks / TICKS_PER_SECOND;
    } catch (IOException _) {
      return 0;
    }
  }
}

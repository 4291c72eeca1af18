package ai.chatflow.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// A program beside the test, and what it prints. It ends with the test.
public final class Program implements AutoCloseable {
  /// Where Node finds the TypeScript SDK and its packages.
  public static final Path TYPESCRIPT = Path.of("../sdk-typescript").toAbsolutePath().normalize();

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final List<String> lines = new CopyOnWriteArrayList<>();

  private Program(Process process) {
    this.process = process;
    Thread.ofVirtual().start(this::read);
  }

  /// @param environment beside that of the test
  public static Program start(Path folder, Map<String, String> environment, String... command) {
    var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      return new Program(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What it has printed by now.
  public List<String> lines() {
    return List.copyOf(lines);
  }

  /// Waits until it has printed so many lines.
  public List<String> awaitLines(int count) {
    await("%d lines; it printed %s".formatted(count, lines))
        .atMost(PATIENCE)
        .until(() -> lines.size() >= count || !process.isAlive());
    return lines();
  }

  /// Waits for its end.
  ///
  /// @return its status
  public int awaitEnd() {
    await("the end of the program").atMost(PATIENCE).until(() -> !process.isAlive());
    return process.exitValue();
  }

  private void read() {
    try (var out = process.inputReader()) {
      out.lines().forEach(lines::add);
    } catch (IOException | UncheckedIOException _) {
      // It was ended.
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

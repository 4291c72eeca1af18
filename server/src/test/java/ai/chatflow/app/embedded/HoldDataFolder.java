package ai.chatflow.app.embedded;

import java.nio.file.Path;
import java.time.InstantSource;

/// A program that takes the data folder in its first argument and holds it until it is killed.
final class HoldDataFolder {
  private HoldDataFolder() {}

  public static void main(String[] arguments) throws Exception {
    try (var folder = DataFolder.open(Path.of(arguments[0]), InstantSource.system())) {
      folder.describe(4711, 4712);
      System.out.println("holding");
      Thread.currentThread().join();
    }
  }
}

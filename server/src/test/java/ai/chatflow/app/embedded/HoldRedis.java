package ai.chatflow.app.embedded;

import java.nio.file.Path;
import java.security.SecureRandom;

/// A program that runs a Redis in the folder of its first argument until it is killed.
final class HoldRedis {
  private HoldRedis() {}

  public static void main(String[] arguments) throws Exception {
    var redis =
        EmbeddedRedis.start(Path.of(arguments[0]), TestBinaries.shared(), new SecureRandom());
    System.out.println("holding");
    Thread.currentThread().join();
    redis.close();
  }
}

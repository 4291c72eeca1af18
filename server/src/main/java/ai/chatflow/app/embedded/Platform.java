package ai.chatflow.app.embedded;

import ai.chatflow.app.config.StartFailure;
import java.util.Locale;

/// The operating system and processor that the binaries are for.
record Platform(boolean mac, boolean arm) {

  static Platform current() {
    var os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    var arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    var mac = os.contains("mac");
    var arm = arch.equals("aarch64") || arch.equals("arm64");
    if ((!mac && !os.contains("linux"))
        || (!arm && !arch.equals("amd64") && !arch.equals("x86_64"))) {
      throw new StartFailure(
          ("ChatFlow brings a PostgreSQL and a Redis for Linux and macOS on x86-64 and ARM64, not"
               + " for %s on %s. Give it a database with DATABASE_URL and a Redis with REDIS_URL.")
              .formatted(os, arch));
    }
    return new Platform(mac, arm);
  }

  /// The archive inside the jar of PostgreSQL binaries.
  String postgreSqlArchive() {
    return "/postgres-%s-%s.txz".formatted(mac ? "darwin" : "linux", arm ? "arm_64" : "x86_64");
  }

  /// The program inside the jar of Redis binaries.
  String redisProgram() {
    if (mac) {
      return "/redis-server-6.2.6-v5-darwin-" + (arm ? "arm64" : "amd64");
    }
    return arm ? "/redis-server-6.2.7-linux-arm64" : "/redis-server-6.2.6-v5-linux-amd64";
  }
}

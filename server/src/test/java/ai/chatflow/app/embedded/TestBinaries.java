package ai.chatflow.app.embedded;

import java.nio.file.Path;

/// The programs of PostgreSQL and Redis, unpacked once for all tests of a build.
final class TestBinaries {
  private TestBinaries() {}

  static Binaries shared() {
    return new Binaries(Path.of("target", "embedded-programs").toAbsolutePath());
  }
}

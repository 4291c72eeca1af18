package ai.chatflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A migration that has landed has run somewhere: it never changes again.
class MigrationsImmutableTest {
  private static final Path CHANGES = Path.of("src/main/resources/db/changes");
  private static final Path CHECKSUMS = Path.of("src/test/resources/migrations.sha256");

  @Test
  void everyMigrationIsListedWithTheChecksumWithWhichItLanded() throws Exception {
    var listed =
        Files.readAllLines(CHECKSUMS).stream().filter(line -> !line.startsWith("#")).toList();

    var actual = new ArrayList<String>();
    for (var file : migrations()) {
      actual.add(sha256(file) + "  " + file.getFileName());
    }

    assertThat(listed)
        .as("a new migration adds its line to %s, a landed one never changes", CHECKSUMS)
        .containsExactlyInAnyOrderElementsOf(actual);
  }

  @Test
  void migrationsAreNamedByTimeAndDeed() throws IOException {
    assertThat(migrations())
        .allSatisfy(
            file ->
                assertThat(file.getFileName().toString())
                    .matches("\\d{12}-[a-z0-9]+(-[a-z0-9]+)+\\.sql"));
  }

  private static List<Path> migrations() throws IOException {
    if (!Files.exists(CHANGES)) {
      return List.of();
    }
    try (var files = Files.list(CHANGES)) {
      return files.sorted().toList();
    }
  }

  private static String sha256(Path file) throws IOException, NoSuchAlgorithmException {
    var digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(digest);
  }
}

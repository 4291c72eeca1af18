package ai.chatflow.app.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.app.config.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  private static final InstantSource NOON =
      InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z"));

  @TempDir Path temporary;

  @Test
  void theFolderAndTheMasterKeyAreClosedToOthers() throws IOException {
    try (var folder = DataFolder.open(temporary.resolve("data"), NOON)) {
      folder.masterKey(new Random(1));

      assertThat(mode(folder.path())).isEqualTo("rwx------");
      assertThat(mode(folder.path().resolve("master.key"))).isEqualTo("rw-------");
    }
  }

  @Test
  void theMasterKeyIsMadeOnceAndKept() {
    var place = temporary.resolve("data");
    String first;
    try (var folder = DataFolder.open(place, NOON)) {
      first = folder.masterKey(new Random(1));
    }

    try (var folder = DataFolder.open(place, NOON)) {
      assertThat(folder.masterKey(new Random(2))).isEqualTo(first);
      assertThat(Base64.getDecoder().decode(first)).hasSize(32);
    }
  }

  @Test
  void aKeyThatWasHalfWrittenWhenTheServerWasKilledIsForgotten() throws IOException {
    var place = Files.createDirectory(temporary.resolve("data"));
    Files.writeString(place.resolve("master.key.new"), "half a k");

    try (var folder = DataFolder.open(place, NOON)) {
      assertThat(Base64.getDecoder().decode(folder.masterKey(new Random(1)))).hasSize(32);
      assertThat(place.resolve("master.key.new")).doesNotExist();
    }
  }

  @Test
  void aSecondServerInThisProcessIsToldWhoOwnsTheFolder() {
    var place = temporary.resolve("data");
    try (var folder = DataFolder.open(place, NOON)) {
      folder.describe(8080, 8081);

      assertThatThrownBy(() -> DataFolder.open(place, NOON))
          .isInstanceOf(StartFailure.class)
          .hasMessage(
              "The data folder %s is in use by the ChatFlow server with process id %d on port 8080,"
                  + " running since 2026-11-23T12:00:00Z. Stop it with ./chatflow down, or choose"
                  + " another folder with CHATFLOW_DATA_DIR.",
              folder.path(), ProcessHandle.current().pid());
    }
  }

  @Test
  void theFolderOfAnotherProcessIsRefusedUntilThatProcessIsKilled() throws Exception {
    var place = temporary.resolve("data");
    var other = OtherJvm.start(HoldDataFolder.class, place.toString());
    other.awaitLine("holding");

    assertThatThrownBy(() -> DataFolder.open(place, NOON))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("process id " + other.pid() + " on port 4711");

    other.kill();
    DataFolder.open(place, NOON).close();
  }

  @Test
  void aFolderThatWasGivenBackCanBeTakenAgain() {
    var place = temporary.resolve("data");
    DataFolder.open(place, NOON).close();

    DataFolder.open(place, NOON).close();

    assertThat(DataFolder.readOwner(place)).isEmpty();
  }

  @Test
  void anUnreadableOwnerFileStillRefusesTheSecondServer() throws IOException {
    var place = temporary.resolve("data");
    try (var folder = DataFolder.open(place, NOON)) {
      Files.writeString(folder.path().resolve("owner.json"), "{");

      assertThatThrownBy(() -> DataFolder.open(place, NOON))
          .hasMessageContaining("in use by another ChatFlow server");
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}

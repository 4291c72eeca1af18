package ai.chatflow.platform.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.testing.TestDatabase;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class SecretBoxTest {
  @AutoClose private static final TestDatabase DATABASE = TestDatabase.create();

  private final Db db = DATABASE.db();
  private final IdGenerator ids = new IdGenerator(InstantSource.system(), new SplittableRandom(7));
  private final WorkspaceId workspace = new WorkspaceId(UUID.randomUUID());
  private final byte[] secret = "EAAG-token".getBytes(UTF_8);

  @Test
  void aSecretOpensOnAnotherNodeWithTheSameMasterKey() {
    byte[] sealed = box(TestDatabase.MASTER_KEY).seal(workspace, "channel.token", secret);

    byte[] opened = box(TestDatabase.MASTER_KEY).open(workspace, "channel.token", sealed);

    assertThat(opened).isEqualTo(secret);
    assertThat(new String(sealed, UTF_8)).doesNotContain("EAAG");
  }

  @Test
  void aSecretOfAnotherPurposeWorkspaceOrMasterKeyDoesNotOpen() {
    var box = box(TestDatabase.MASTER_KEY);
    byte[] sealed = box.seal(workspace, "channel.token", secret);
    var other = new WorkspaceId(UUID.randomUUID());
    byte[] another = new byte[32];
    another[0] = 1;

    assertThatThrownBy(() -> box.open(workspace, "channel.app_secret", sealed))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> box.open(other, "channel.token", sealed))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> box(new MasterKey(another)).open(workspace, "channel.token", sealed))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aChangedSecretDoesNotOpen() {
    var box = box(TestDatabase.MASTER_KEY);
    byte[] sealed = box.seal(workspace, "channel.token", secret);
    sealed[sealed.length - 1] ^= 1;

    assertThatThrownBy(() -> box.open(workspace, "channel.token", sealed))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aKeyThatWasRolledBackNeverSealsAgain() {
    var box = box(TestDatabase.MASTER_KEY);
    assertThatThrownBy(
            () ->
                db.useTransaction(
                    workspace,
                    _ -> {
                      byte[] sealed = box.seal(workspace, "p", secret);
                      assertThat(box.open(workspace, "p", sealed)).isEqualTo(secret);
                      throw new IllegalArgumentException("roll back");
                    }))
        .isInstanceOf(IllegalArgumentException.class);

    byte[] sealed = box.seal(workspace, "p", secret);

    assertThat(box(TestDatabase.MASTER_KEY).open(workspace, "p", sealed)).isEqualTo(secret);
  }

  private SecretBox box(MasterKey key) {
    return new SecretBox(db, key, ids);
  }
}

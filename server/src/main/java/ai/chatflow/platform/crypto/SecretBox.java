package ai.chatflow.platform.crypto;

import ai.chatflow.platform.crypto.DataKeyStore.WrappedKey;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.WorkspaceId;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.crypto.tink.Aead;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Seals secrets for the database. One data key per workspace, itself wrapped by a key that only
/// the master key yields; the workspace and the purpose are bound to each secret, so that a sealed
/// value moved to another tenant or column does not open. A sealed value names its key: `version
/// (1) | key id (16) | ciphertext`.
///
/// Joins an open transaction of the workspace, otherwise opens one when the key is not at hand.
public final class SecretBox {
  private static final byte VERSION = 1;
  private static final int HEADER = 1 + 16;
  private static final int CACHED_KEYS = 10_000;

  private record KeyName(WorkspaceId workspace, UUID id) {}

  private record DataKey(UUID id, Aead aead) {}

  private final Db db;
  private final IdGenerator ids;
  private final Envelope envelope;
  private final DataKeyStore store = new DataKeyStore();
  private final Cache<WorkspaceId, DataKey> newest =
      Caffeine.newBuilder().maximumSize(CACHED_KEYS).build();
  private final Cache<KeyName, DataKey> byName =
      Caffeine.newBuilder().maximumSize(CACHED_KEYS).build();

  public SecretBox(Db db, MasterKey masterKey, IdGenerator ids) {
    this.db = db;
    this.ids = ids;
    this.envelope = new Envelope(masterKey);
  }

  /// `purpose` names the column, for example `channel.access_token`; opening needs the same.
  public byte[] seal(WorkspaceId workspace, String purpose, byte[] plain) {
    try {
      DataKey key = sealingKey(workspace);
      byte[] ciphertext = key.aead().encrypt(plain, associated(workspace, purpose));
      return ByteBuffer.allocate(HEADER + ciphertext.length)
          .put(VERSION)
          .putLong(key.id().getMostSignificantBits())
          .putLong(key.id().getLeastSignificantBits())
          .put(ciphertext)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a secret could not be sealed: " + purpose, e);
    }
  }

  /// @throws IllegalStateException when the value was changed, was sealed for another workspace or
  ///   purpose, or the master key is another one
  public byte[] open(WorkspaceId workspace, String purpose, byte[] sealed) {
    if (sealed.length < HEADER || sealed[0] != VERSION) {
      throw new IllegalStateException("not a sealed secret: " + purpose);
    }
    ByteBuffer buffer = ByteBuffer.wrap(sealed, 1, sealed.length - 1);
    UUID id = new UUID(buffer.getLong(), buffer.getLong());
    byte[] ciphertext = new byte[buffer.remaining()];
    buffer.get(ciphertext);
    try {
      return openingKey(workspace, id).aead().decrypt(ciphertext, associated(workspace, purpose));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a secret could not be opened: " + purpose, e);
    }
  }

  private DataKey sealingKey(WorkspaceId workspace) {
    DataKey cached = newest.getIfPresent(workspace);
    if (cached != null) {
      return cached;
    }
    return db.inTransaction(workspace, tx -> store.newest(tx).map(key -> opened(tx, key)))
        .orElseGet(() -> db.inTransaction(workspace, this::created));
  }

  private DataKey openingKey(WorkspaceId workspace, UUID id) {
    @Nullable DataKey cached = byName.getIfPresent(new KeyName(workspace, id));
    if (cached != null) {
      return cached;
    }
    return db.inTransaction(workspace, tx -> store.find(tx, id).map(key -> opened(tx, key)))
        .orElseThrow(() -> new IllegalStateException("the data key " + id + " is gone"));
  }

  private DataKey created(WorkspaceTx tx) {
    try {
      byte[] wrapped = envelope.newWrappedKey(bytes(tx.workspace()));
      var key = new WrappedKey(ids.next(), wrapped);
      store.insert(tx, key);
      return opened(tx, key);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a data key could not be made", e);
    }
  }

  /// Keys enter the caches after the commit only: one that is rolled back must never seal again.
  private DataKey opened(WorkspaceTx tx, WrappedKey wrapped) {
    WorkspaceId workspace = tx.workspace();
    try {
      var key = new DataKey(wrapped.id(), envelope.unwrap(wrapped.wrapped(), bytes(workspace)));
      tx.afterCommit(
          () -> {
            newest.asMap().putIfAbsent(workspace, key);
            byName.put(new KeyName(workspace, key.id()), key);
          });
      return key;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a data key does not belong to this master key", e);
    }
  }

  private static byte[] associated(WorkspaceId workspace, String purpose) {
    byte[] name = purpose.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(16 + name.length).put(bytes(workspace)).put(name).array();
  }

  private static byte[] bytes(WorkspaceId workspace) {
    UUID id = workspace.value();
    return ByteBuffer.allocate(16)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }
}

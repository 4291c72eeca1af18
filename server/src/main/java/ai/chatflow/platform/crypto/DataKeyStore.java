package ai.chatflow.platform.crypto;

import ai.chatflow.platform.db.WorkspaceTx;
import java.util.Optional;
import java.util.UUID;

/// Wrapped data keys. The newest of a workspace seals; any of them opens what it sealed.
final class DataKeyStore {
  record WrappedKey(UUID id, byte[] wrapped) {}

  Optional<WrappedKey> newest(WorkspaceTx tx) {
    return tx.handle()
        .createQuery(
            """
            select id, wrapped from data_key
            where workspace_id = :workspace
            order by created_at desc, id desc limit 1
            """)
        .bind("workspace", tx.workspace())
        .map((row, _) -> new WrappedKey(row.getObject("id", UUID.class), row.getBytes("wrapped")))
        .findOne();
  }

  Optional<WrappedKey> find(WorkspaceTx tx, UUID id) {
    return tx.handle()
        .createQuery(
            """
            select id, wrapped from data_key
            where workspace_id = :workspace and id = :id
            """)
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .map((row, _) -> new WrappedKey(row.getObject("id", UUID.class), row.getBytes("wrapped")))
        .findOne();
  }

  void insert(WorkspaceTx tx, WrappedKey key) {
    tx.handle()
        .createUpdate(
            """
            insert into data_key (workspace_id, id, wrapped)
            values (:workspace, :id, :wrapped)
            """)
        .bind("workspace", tx.workspace())
        .bind("id", key.id())
        .bind("wrapped", key.wrapped())
        .execute();
  }
}

package ai.chatflow.media;

import ai.chatflow.platform.db.Rows;
import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.db.Where;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.MediaId;
import ai.chatflow.platform.ids.WorkspaceId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// SQL of media.
final class MediaStore {
  private static final String SELECT =
      "select id, sha256, filename, mime_type, size_bytes, created_at from media\n";

  Optional<Media> find(WorkspaceTx tx, MediaId id) {
    return findAll(tx, List.of(id)).stream().findFirst();
  }

  List<Media> findAll(WorkspaceTx tx, Collection<MediaId> ids) {
    return tx.handle()
        .createQuery(SELECT + "where workspace_id = :workspace and id = any(:ids)")
        .bind("workspace", tx.workspace())
        .bindArray("ids", MediaId.class, ids)
        .map((row, _) -> read(row))
        .list();
  }

  /// Newest first, from before `before`.
  List<Media> list(WorkspaceTx tx, @Nullable UUID before, int limit) {
    return new Where(tx, "workspace_id = :workspace")
        .and("id < :before", "before", before)
        .page(SELECT, "order by id desc", limit, MediaStore::read);
  }

  /// A content is about to be put: it goes at `doomed` unless somebody has it by then.
  void expect(WorkspaceTx tx, Sha256 digest, Instant doomed) {
    tx.handle()
        .createUpdate(
            """
            insert into media_blob (workspace_id, sha256, doomed_at)
            values (:workspace, :sha256, :doomed)
            on conflict (workspace_id, sha256) do update
              set doomed_at = :doomed where media_blob.doomed_at is not null
            """)
        .bind("workspace", tx.workspace())
        .bind("sha256", digest.bytes())
        .bind("doomed", doomed)
        .execute();
  }

  /// Somebody has the content: it stays. Locks it.
  ///
  /// @return false when it has gone meanwhile
  boolean keep(WorkspaceTx tx, Sha256 digest) {
    return tx.handle()
            .createUpdate(
                """
                update media_blob set doomed_at = null
                where workspace_id = :workspace and sha256 = :sha256
                """)
            .bind("workspace", tx.workspace())
            .bind("sha256", digest.bytes())
            .execute()
        == 1;
  }

  void insert(WorkspaceTx tx, Media media) {
    tx.handle()
        .createUpdate(
            """
            insert into media
              (workspace_id, id, sha256, filename, mime_type, size_bytes, created_at)
            values (:workspace, :id, :sha256, :filename, :type, :size, :now)
            on conflict (workspace_id, sha256, filename, mime_type) do nothing
            """)
        .bind("workspace", tx.workspace())
        .bind("id", media.id())
        .bind("sha256", media.digest().bytes())
        .bind("filename", media.filename())
        .bind("type", media.mimeType())
        .bind("size", media.size())
        .bind("now", media.createdAt())
        .execute();
  }

  /// The one with the same content, name and type.
  Media same(WorkspaceTx tx, Media media) {
    return tx.handle()
        .createQuery(
            SELECT
                + """
                where workspace_id = :workspace and sha256 = :sha256 and filename = :filename
                  and mime_type = :type
                """)
        .bind("workspace", tx.workspace())
        .bind("sha256", media.digest().bytes())
        .bind("filename", media.filename())
        .bind("type", media.mimeType())
        .map((row, _) -> read(row))
        .one();
  }

  void delete(WorkspaceTx tx, Media media, Instant doomed) {
    tx.handle()
        .createUpdate(
            """
            with locked as (
              select sha256 from media_blob
              where workspace_id = :workspace and sha256 = :sha256 for no key update)
            delete from media
            where workspace_id = :workspace and id = :id and exists (select from locked)
            """)
        .bind("workspace", tx.workspace())
        .bind("sha256", media.digest().bytes())
        .bind("id", media.id())
        .execute();
    tx.handle()
        .createUpdate(
            """
            update media_blob b set doomed_at = :doomed
            where workspace_id = :workspace and sha256 = :sha256
              and not exists (
                select from media m
                where m.workspace_id = b.workspace_id and m.sha256 = b.sha256)
            """)
        .bind("workspace", tx.workspace())
        .bind("sha256", media.digest().bytes())
        .bind("doomed", doomed)
        .execute();
  }

  /// Contents that nobody has, deleted here and locked until the transaction ends.
  List<BlobStore.Key> sweep(SystemTx tx, Instant now, int limit) {
    return tx.handle()
        .createQuery(
            """
            with doomed as (
              select workspace_id, sha256 from media_blob
              where doomed_at <= :now order by doomed_at limit :limit
              for update skip locked)
            delete from media_blob b using doomed d
            where b.workspace_id = d.workspace_id and b.sha256 = d.sha256
            returning b.workspace_id, b.sha256
            """)
        .bind("now", now)
        .bind("limit", limit)
        .map(
            (row, _) ->
                new BlobStore.Key(
                    new WorkspaceId(row.getObject("workspace_id", UUID.class)),
                    Sha256.of(row.getBytes("sha256"))))
        .list();
  }

  private static Media read(ResultSet row) throws SQLException {
    return new Media(
        new MediaId(row.getObject("id", UUID.class)),
        Sha256.of(row.getBytes("sha256")),
        row.getString("filename"),
        row.getString("mime_type"),
        row.getLong("size_bytes"),
        Rows.instant(row, "created_at"));
  }
}

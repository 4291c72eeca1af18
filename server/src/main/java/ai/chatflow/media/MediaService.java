package ai.chatflow.media;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.errors.NotFound;
import ai.chatflow.platform.errors.Unavailable;
import ai.chatflow.platform.http.Page;
import ai.chatflow.platform.http.PageRequest;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.MediaId;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.upload.Upload;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The door to media.
public final class MediaService {
  /// How long a content that nobody has is kept: longer than it takes to store one.
  static final Duration GRACE = Duration.ofHours(1);

  private static final int SWEPT_AT_ONCE = 200;

  private final Db db;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final BlobStore blobs;
  private final MediaStore store = new MediaStore();

  MediaService(Db db, IdGenerator ids, InstantSource clock, BlobStore blobs) {
    this.db = db;
    this.ids = ids;
    this.clock = clock;
    this.blobs = blobs;
  }

  /// Stores a file. The same one again is the one that is there.
  ///
  /// @throws Invalid when it is empty, or not what it is said to be
  public Media create(WorkspaceId workspace, Upload upload) {
    try {
      var file = blobs.scratch();
      try {
        return keep(workspace, described(upload, file), file);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  private Media described(Upload upload, Path file) throws IOException {
    var digest = Sha256.start();
    long size;
    try (var in = new DigestInputStream(upload.content(), digest);
        var out = Files.newOutputStream(file)) {
      size = in.transferTo(out);
    }
    upload.rest().check();
    if (size == 0) {
      throw invalid("empty", "The file is empty.");
    }
    var type = MediaTypes.settle(upload.mimeType(), file);
    if (type.isEmpty()) {
      throw invalid("type_mismatch", "The file is not the " + said(upload) + " that it says.");
    }
    return new Media(
        new MediaId(ids.next()),
        Sha256.of(digest.digest()),
        Filenames.harmless(upload.filename()),
        type.get(),
        size,
        clock.instant());
  }

  private static @Nullable String said(Upload upload) {
    var type = upload.mimeType();
    return type == null || type.length() > 100 ? "type" : type;
  }

  /// Not in one transaction: the content is written between two. Whoever is killed there leaves one
  /// that is doomed.
  private Media keep(WorkspaceId workspace, Media media, Path file) throws IOException {
    db.useTransaction(
        workspace, tx -> store.expect(tx, media.digest(), media.createdAt().plus(GRACE)));
    blobs.put(new BlobStore.Key(workspace, media.digest()), file);
    return db.inTransaction(
        workspace,
        tx -> {
          if (!store.keep(tx, media.digest())) {
            throw new Unavailable(
                ProblemCode.SERVICE_UNAVAILABLE, "The file took too long to store.");
          }
          store.insert(tx, media);
          return store.same(tx, media);
        });
  }

  /// @throws NotFound when there is none
  public Media get(WorkspaceId workspace, MediaId id) {
    return db.inTransaction(workspace, tx -> get(tx, id));
  }

  private Media get(WorkspaceTx tx, MediaId id) {
    return store
        .find(tx, id)
        .orElseThrow(
            () -> new NotFound(ProblemCode.NOT_FOUND, "There is no media with the id " + id + "."));
  }

  /// Those that there are, by id.
  public Map<MediaId, Media> findAll(WorkspaceTx tx, Collection<MediaId> wanted) {
    var found = new HashMap<MediaId, Media>();
    if (!wanted.isEmpty()) {
      store.findAll(tx, wanted).forEach(media -> found.put(media.id(), media));
    }
    return found;
  }

  /// Newest first.
  public Page<Media> list(WorkspaceId workspace, PageRequest page) {
    return page.newestFirst(
        (before, limit) -> db.inTransaction(workspace, tx -> store.list(tx, before, limit)),
        media -> media.id().value());
  }

  /// Its content goes with the last media that has it, after a while.
  public void delete(WorkspaceId workspace, MediaId id) {
    db.useTransaction(workspace, tx -> store.delete(tx, get(tx, id), clock.instant().plus(GRACE)));
  }

  InputStream open(WorkspaceId workspace, Media media, long from) throws IOException {
    return blobs.open(new BlobStore.Key(workspace, media.digest()), from);
  }

  /// Deletes contents that nobody has. Within the transaction: whoever brings one of them meanwhile
  /// waits for its row, and writes it anew.
  void sweep(SystemTx tx) {
    for (var key : store.sweep(tx, clock.instant(), SWEPT_AT_ONCE)) {
      try {
        blobs.delete(key);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static Unavailable unavailable(IOException e) {
    return new Unavailable(
        ProblemCode.SERVICE_UNAVAILABLE,
        "The file cannot be stored now.",
        Duration.ofSeconds(5),
        e);
  }

  private static Invalid invalid(String code, String detail) {
    return new Invalid(
        ProblemCode.VALIDATION_FAILED,
        "1 field is not valid.",
        List.of(new FieldError("/file", code, detail)));
  }
}

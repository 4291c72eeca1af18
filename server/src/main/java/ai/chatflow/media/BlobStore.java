package ai.chatflow.media;

import ai.chatflow.platform.ids.WorkspaceId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/// Where contents are kept, one per workspace and digest. What is there never changes, so every
/// call may be made again.
public interface BlobStore {
  /// A content, named by its workspace and its digest.
  record Key(WorkspaceId workspace, Sha256 digest) {}

  /// A new, empty file for a content that comes in; whoever asked for it deletes it.
  Path scratch() throws IOException;

  /// Keeps a content. When this returns, it survives the machine.
  void put(Key key, Path file) throws IOException;

  /// Reads from a place on.
  ///
  /// @throws java.nio.file.NoSuchFileException when there is none
  InputStream open(Key key, long from) throws IOException;

  /// Forgets a content; one that is not there is no mistake.
  void delete(Key key) throws IOException;
}

package ai.chatflow.media;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Contents in a folder: `<workspace>/<first two digits>/<digest>`. A file is written beside, made
/// durable and then renamed, so that there is a whole one or none.
public final class LocalBlobs implements BlobStore {
  private final Path folder;

  public LocalBlobs(Path folder) {
    this.folder = folder.toAbsolutePath();
  }

  @Override
  public Path scratch() throws IOException {
    var incoming = Files.createDirectories(folder.resolve("incoming"));
    return Files.createTempFile(incoming, "upload-", ".part");
  }

  @Override
  public void put(Key key, Path file) throws IOException {
    var target = path(key);
    if (Files.exists(target)) {
      return;
    }
    var parent = Files.createDirectories(target.resolveSibling("."));
    sync(file, StandardOpenOption.WRITE);
    Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    sync(parent, StandardOpenOption.READ);
  }

  @Override
  public InputStream open(Key key, long from) throws IOException {
    var in = Files.newInputStream(path(key));
    try {
      in.skipNBytes(from);
      return in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  @Override
  public void delete(Key key) throws IOException {
    Files.deleteIfExists(path(key));
  }

  private Path path(Key key) {
    var digest = key.digest().hex();
    return folder
        .resolve(key.workspace().toString())
        .resolve(digest.substring(0, 2))
        .resolve(digest);
  }

  private static void sync(Path path, StandardOpenOption option) throws IOException {
    try (var channel = FileChannel.open(path, option)) {
      channel.force(true);
    }
  }
}

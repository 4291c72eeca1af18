package ai.chatflow.media;

import ai.chatflow.platform.Platform;
import ai.chatflow.platform.http.ProblemWriter;
import ai.chatflow.platform.lanes.HousekeepingJob;
import ai.chatflow.platform.upload.UploadReader;
import jakarta.servlet.http.HttpServlet;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/// Wires the feature.
///
/// @param media the door to media
/// @param files those that messages name
/// @param resources `/v1/media`, and what reads its forms
/// @param contents what links lead to, mounted at `/media/`
public record MediaModule(
    MediaService media, AttachedFiles files, List<Object> resources, HttpServlet contents) {
  public static final String PATH = MediaLinks.PATH;

  /// @param publicUrl where the world reaches this server
  /// @param largest what is taken, in bytes
  public static MediaModule wire(Platform platform, URI publicUrl, BlobStore blobs, long largest) {
    var media = new MediaService(platform.db(), platform.ids(), platform.clock(), blobs);
    var links = new MediaLinks(publicUrl, platform.keys(), platform.clock());
    return new MediaModule(
        media,
        new AttachedFiles(media, links),
        List.of(new MediaResource(media, links, platform.pages()), new UploadReader(largest)),
        new MediaServlet(media, links, new ProblemWriter(platform.problems())));
  }

  public List<HousekeepingJob> housekeeping() {
    return List.of(new HousekeepingJob("sweep-media", Duration.ofMinutes(10), media::sweep));
  }
}

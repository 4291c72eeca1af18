package ai.chatflow.media;

import ai.chatflow.api.MediaApi;
import ai.chatflow.api.model.MediaPage;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.http.Pages;
import ai.chatflow.platform.ids.MediaId;
import ai.chatflow.platform.upload.Upload;
import java.time.Duration;

/// `/v1/media`.
final class MediaResource implements MediaApi {
  private static final Duration LIFE = Duration.ofHours(1);

  private final MediaService media;
  private final MediaLinks links;
  private final Pages pages;

  MediaResource(MediaService media, MediaLinks links, Pages pages) {
    this.media = media;
    this.links = links;
    this.pages = pages;
  }

  @Override
  public MediaPage listMedia(Integer limit, String cursor) {
    var request = pages.request("media", limit, cursor);
    return request.answer(
        media.list(RequestContext.current().workspace(), request.page()),
        this::toApi,
        (data, more, next) -> new MediaPage(MediaPage.ObjectEnum.LIST, data, more, next));
  }

  @Override
  public ai.chatflow.api.model.Media createMedia(Upload file) {
    return toApi(media.create(RequestContext.current().workspace(), file));
  }

  @Override
  public ai.chatflow.api.model.Media getMedia(MediaId id) {
    return toApi(media.get(RequestContext.current().workspace(), id));
  }

  @Override
  public void deleteMedia(MediaId id) {
    media.delete(RequestContext.current().workspace(), id);
  }

  private ai.chatflow.api.model.Media toApi(Media found) {
    var link = links.to(RequestContext.current().workspace(), found.id(), LIFE);
    return new ai.chatflow.api.model.Media(
        found.id(),
        ai.chatflow.api.model.Media.ObjectEnum.MEDIA,
        found.filename().isEmpty() ? null : found.filename(),
        found.mimeType(),
        found.size(),
        found.digest().hex(),
        link.url(),
        link.expiresAt(),
        found.createdAt(),
        found.createdAt());
  }
}

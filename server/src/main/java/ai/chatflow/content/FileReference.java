package ai.chatflow.content;

import ai.chatflow.api.model.AudioContent;
import ai.chatflow.api.model.DocumentContent;
import ai.chatflow.api.model.ImageContent;
import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.StickerContent;
import ai.chatflow.api.model.VideoContent;
import ai.chatflow.platform.ids.MediaId;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// The file of the workspace that a content names.
///
/// @param url which is given beside it, though one of the two is enough
public record FileReference(MediaId media, @Nullable URI url) {

  /// Null when the content names none.
  public static @Nullable FileReference of(MessageContent content) {
    return switch (content) {
      case ImageContent image -> of(image.mediaId(), image.url());
      case VideoContent video -> of(video.mediaId(), video.url());
      case AudioContent audio -> of(audio.mediaId(), audio.url());
      case DocumentContent document -> of(document.mediaId(), document.url());
      case StickerContent sticker -> of(sticker.mediaId(), sticker.url());
      default -> null;
    };
  }

  private static @Nullable FileReference of(@Nullable MediaId media, @Nullable URI url) {
    return media == null ? null : new FileReference(media, url);
  }

  /// The content with a link to its file, as plugs want it.
  public static MessageContent linked(MessageContent content, URI url) {
    return switch (content) {
      case ImageContent image -> image.toBuilder().url(url).build();
      case VideoContent video -> video.toBuilder().url(url).build();
      case AudioContent audio -> audio.toBuilder().url(url).build();
      case DocumentContent document -> document.toBuilder().url(url).build();
      case StickerContent sticker -> sticker.toBuilder().url(url).build();
      default -> content;
    };
  }

  /// The content with what is known of its file. A name that was given stays.
  public static MessageContent described(
      MessageContent content, String mimeType, String sha256, @Nullable String filename) {
    return switch (content) {
      case ImageContent image -> image.toBuilder().mimeType(mimeType).sha256(sha256).build();
      case VideoContent video -> video.toBuilder().mimeType(mimeType).sha256(sha256).build();
      case AudioContent audio -> audio.toBuilder().mimeType(mimeType).sha256(sha256).build();
      case StickerContent sticker -> sticker.toBuilder().mimeType(mimeType).sha256(sha256).build();
      case DocumentContent document ->
          document.toBuilder()
              .mimeType(mimeType)
              .sha256(sha256)
              .filename(document.filename() == null ? filename : document.filename())
              .build();
      default -> content;
    };
  }
}

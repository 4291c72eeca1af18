package ai.chatflow.content;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/// What files of one type of content a channel carries.
///
/// @param bytes the largest
/// @param mimeTypes those that are taken; empty means all
public record FileLimit(long bytes, Set<String> mimeTypes) {
  private static final long KIB = 1024;
  private static final long MIB = 1024 * KIB;

  public FileLimit {
    mimeTypes = Set.copyOf(mimeTypes);
  }

  /// Meta, "Cloud API › Media › Supported media types".
  static Map<ContentType, FileLimit> whatsApp() {
    var limits = new EnumMap<ContentType, FileLimit>(ContentType.class);
    limits.put(ContentType.IMAGE, new FileLimit(5 * MIB, Set.of("image/jpeg", "image/png")));
    limits.put(ContentType.VIDEO, new FileLimit(16 * MIB, Set.of("video/mp4", "video/3gpp")));
    limits.put(
        ContentType.AUDIO,
        new FileLimit(
            16 * MIB, Set.of("audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg")));
    limits.put(ContentType.DOCUMENT, new FileLimit(100 * MIB, Set.of()));
    limits.put(ContentType.STICKER, new FileLimit(500 * KIB, Set.of("image/webp")));
    return Map.copyOf(limits);
  }

  /// Telegram, "Bot API › Sending files": what it fetches from a link. Of documents it takes PDF
  /// and ZIP there, of pictures the usual ones.
  public static Map<ContentType, FileLimit> telegram() {
    var limits = new EnumMap<ContentType, FileLimit>(ContentType.class);
    limits.put(
        ContentType.IMAGE,
        new FileLimit(5 * MIB, Set.of("image/jpeg", "image/png", "image/gif", "image/webp")));
    limits.put(ContentType.VIDEO, new FileLimit(20 * MIB, Set.of("video/mp4")));
    limits.put(
        ContentType.AUDIO, new FileLimit(20 * MIB, Set.of("audio/mpeg", "audio/mp4", "audio/ogg")));
    limits.put(
        ContentType.DOCUMENT,
        new FileLimit(20 * MIB, Set.of("application/pdf", "application/zip")));
    limits.put(ContentType.STICKER, new FileLimit(20 * MIB, Set.of("image/webp")));
    return Map.copyOf(limits);
  }
}

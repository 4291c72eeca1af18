package ai.chatflow.media;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.tika.Tika;
import org.apache.tika.mime.MediaType;
import org.apache.tika.mime.MediaTypeRegistry;
import org.jspecify.annotations.Nullable;

/// What a content is. Its first bytes say; what the client says counts only where it says the same
/// more precisely (`text/csv` for what looks like plain text).
final class MediaTypes {
  private static final Tika TIKA = new Tika();
  private static final MediaTypeRegistry KNOWN = MediaTypeRegistry.getDefaultRegistry();

  /// Types that all begin with bytes of their own: what lacks them is none of these.
  private static final Set<String> MARKED = Set.of("image", "audio", "video");

  /// Names that are in use, and those that providers know the same by.
  private static final Map<String, String> USUAL =
      Map.ofEntries(
          Map.entry("image/jpg", "image/jpeg"),
          Map.entry("image/pjpeg", "image/jpeg"),
          Map.entry("audio/mp3", "audio/mpeg"),
          Map.entry("audio/x-mp3", "audio/mpeg"),
          Map.entry("audio/x-aac", "audio/aac"),
          Map.entry("audio/x-m4a", "audio/mp4"),
          Map.entry("audio/opus", "audio/ogg"),
          Map.entry("audio/vorbis", "audio/ogg"),
          Map.entry("application/mp4", "video/mp4"),
          Map.entry("video/x-m4v", "video/mp4"));

  /// Containers whose first bytes do not say which of these is inside.
  private static final List<Set<String>> ALIKE =
      List.of(
          Set.of(
              "video/mp4",
              "audio/mp4",
              "audio/x-m4a",
              "video/x-m4v",
              "application/mp4",
              "video/quicktime",
              "video/3gpp",
              "audio/3gpp"),
          Set.of(
              "audio/ogg",
              "audio/opus",
              "audio/vorbis",
              "audio/x-opus+ogg",
              "video/ogg",
              "application/ogg"),
          Set.of("audio/webm", "video/webm", "video/x-matroska", "application/x-matroska"));

  private MediaTypes() {}

  /// The type to keep.
  ///
  /// @param declared what the client says; null when nothing
  /// @return empty when that is something else than what the content is
  static Optional<String> settle(@Nullable String declared, Path content) throws IOException {
    return settle(declared, detect(content));
  }

  static Optional<String> settle(@Nullable String declared, String found) {
    var said = declared == null ? null : parse(declared);
    if (said == null || said.equals(MediaType.OCTET_STREAM)) {
      return Optional.of(found);
    }
    var given = KNOWN.normalize(said);
    var seen = MediaType.parse(found);
    return given.equals(seen) || narrows(given, seen) || alike(given.toString(), found)
        ? Optional.of(usual(given.toString()))
        : Optional.empty();
  }

  private static @Nullable MediaType parse(String declared) {
    var said = MediaType.parse(declared.toLowerCase(Locale.ROOT));
    if (said == null) {
      return null;
    }
    var base = said.getBaseType().toString();
    return MediaType.parse(usual(base));
  }

  private static String usual(String type) {
    return USUAL.getOrDefault(type, type);
  }

  private static String detect(Path content) throws IOException {
    // by its bytes alone: a name proves nothing
    try (var in = Files.newInputStream(content)) {
      return usual(MediaType.parse(TIKA.detect(in)).getBaseType().toString());
    }
  }

  /// SVG and the like are XML with programs inside: they are what they are, whatever they look
  /// like.
  private static boolean narrows(MediaType given, MediaType seen) {
    return !MARKED.contains(given.getType())
        && !given.toString().equals("application/pdf")
        && KNOWN.isSpecializationOf(given, seen);
  }

  private static boolean alike(String given, String seen) {
    return ALIKE.stream().anyMatch(same -> same.contains(given) && same.contains(seen));
  }
}

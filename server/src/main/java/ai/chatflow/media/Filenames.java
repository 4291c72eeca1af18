package ai.chatflow.media;

import org.jspecify.annotations.Nullable;

/// Names of files that cannot do harm where they are shown or saved.
final class Filenames {
  private static final int MOST = 240;

  private Filenames() {}

  /// The last part of a path, without control and formatting characters (RFC 6266, §4.3); empty
  /// when nothing is left.
  static String harmless(@Nullable String given) {
    if (given == null) {
      return "";
    }
    var name = given.substring(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1);
    var clean =
        name.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]", "")
            .replaceAll("[<>:\"|?*]", "_")
            .strip()
            .replaceAll("^\\.+|[. ]+$", "");
    return clean.codePointCount(0, clean.length()) <= MOST
        ? clean
        : clean.substring(clean.offsetByCodePoints(clean.length(), -MOST));
  }
}

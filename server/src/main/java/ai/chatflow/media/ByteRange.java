package ai.chatflow.media;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One range of bytes of a content (RFC 9110, §14).
///
/// @param first from 0
/// @param last the last one that belongs to it
record ByteRange(long first, long last) {
  /// More digits would be more bytes than there can be.
  private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  /// What a `Range` header asks for. Several ranges at once, and what cannot be read, are as if
  /// nothing was asked, which a server may always do.
  static Optional<ByteRange> of(@Nullable String header, long size) {
    var asked = header == null ? null : ONE.matcher(header);
    if (asked == null || !asked.matches()) {
      return Optional.empty();
    }
    var from = asked.group(1);
    var to = asked.group(2);
    if (from.isEmpty()) {
      return to.isEmpty()
          ? Optional.empty()
          : Optional.of(new ByteRange(Math.max(0, size - Long.parseLong(to)), size - 1));
    }
    long last = to.isEmpty() ? size - 1 : Math.min(Long.parseLong(to), size - 1);
    return Optional.of(new ByteRange(Long.parseLong(from), last));
  }

  /// Whether the content has any of it.
  boolean satisfiable(long size) {
    return first < size && first <= last;
  }

  long length() {
    return last - first + 1;
  }
}

package ai.chatflow.content;

import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.ids.MediaId;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Gathers what is wrong with a content.
final class Findings {
  private final List<FieldError> errors = new ArrayList<>();

  void add(String pointer, String code, String detail) {
    errors.add(new FieldError(pointer, code, detail));
  }

  /// A text that must be there and not be longer than `most`.
  void text(String pointer, @Nullable String value, int most) {
    if (value == null || value.isBlank()) {
      add(pointer, "required", "Must not be empty.");
    } else {
      optional(pointer, value, most);
    }
  }

  /// A text that may be absent.
  void optional(String pointer, @Nullable String value, int most) {
    if (value != null && value.codePointCount(0, value.length()) > most) {
      add(pointer, "too_long", "This channel carries at most " + most + " characters here.");
    }
  }

  /// An id that must be there; providers that carry it along count its bytes.
  void id(String pointer, @Nullable String value, int most, int mostBytes) {
    text(pointer, value, most);
    if (value != null && value.getBytes(StandardCharsets.UTF_8).length > mostBytes) {
      add(pointer, "too_long", "This channel carries at most " + mostBytes + " bytes here.");
    }
  }

  /// A list that must hold between one and `most` elements.
  void count(String pointer, @Nullable List<?> values, int most) {
    if (values == null || values.isEmpty()) {
      add(pointer, "required", "Must not be empty.");
    } else if (values.size() > most) {
      add(pointer, "too_many", "This channel carries at most " + most + " here.");
    }
  }

  /// Where the provider finds a file: one of ours, a public https link, or the id of one that it
  /// has.
  Findings media(@Nullable MediaId mediaId, @Nullable URI url, @Nullable String providerMediaId) {
    if (mediaId != null) {
      return this;
    }
    if (url == null) {
      if (providerMediaId == null || providerMediaId.isBlank()) {
        add("/url", "required", "Give a public https link, or `media_id`.");
      }
      return this;
    }
    link("/url", url, Set.of("https"));
    return this;
  }

  /// An absolute link with a host.
  void link(String pointer, @Nullable URI url, Set<String> schemes) {
    if (url == null
        || url.getScheme() == null
        || url.getHost() == null
        || !schemes.contains(url.getScheme().toLowerCase(Locale.ROOT))) {
      add(pointer, "invalid_url", "Must be a public " + String.join(" or ", schemes) + " link.");
    }
  }

  /// Values that must differ from each other; `pointers` in the same order.
  void distinct(List<String> pointers, List<String> values) {
    var seen = new HashSet<String>();
    for (int i = 0; i < values.size(); i++) {
      if (!seen.add(values.get(i))) {
        add(pointers.get(i), "not_unique", "Must differ from the others.");
      }
    }
  }

  List<FieldError> all() {
    return List.copyOf(errors);
  }
}

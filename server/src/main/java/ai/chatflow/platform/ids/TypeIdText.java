package ai.chatflow.platform.ids;

import de.fxlae.typeid.TypeId;
import java.util.UUID;

/// The TypeID text form (specification 0.3): prefix, underscore, UUID in Crockford base32.
final class TypeIdText {
  private TypeIdText() {}

  static String format(String prefix, UUID value) {
    return TypeId.of(prefix, value).toString();
  }

  static UUID parse(String prefix, String text) {
    var parsed = TypeId.parse(text);
    if (!parsed.getPrefix().equals(prefix)) {
      throw new IllegalArgumentException("An id that starts with " + prefix + "_ is expected here");
    }
    return parsed.getUuid();
  }
}

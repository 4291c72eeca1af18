package ai.chatflow.platform.ids;

import de.fxlae.typeid.TypeId;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/// The TypeID text form (specification 0.3): prefix, underscore, UUID in Crockford base32. Ids are
/// written by the hundred and read by the piece, so only writing does without the library.
final class TypeIdText {
  private static final byte[] ALPHABET =
      "0123456789abcdefghjkmnpqrstvwxyz".getBytes(StandardCharsets.US_ASCII);
  private static final int LENGTH = 26;

  private TypeIdText() {}

  static String format(String prefix, UUID value) {
    int start = prefix.length() + 1;
    var text = new byte[start + LENGTH];
    System.arraycopy(prefix.getBytes(StandardCharsets.US_ASCII), 0, text, 0, start - 1);
    text[start - 1] = '_';
    long high = value.getMostSignificantBits();
    long low = value.getLeastSignificantBits();
    for (int i = 0; i < LENGTH; i++) {
      text[start + i] = ALPHABET[five(high, low, 5 * (LENGTH - 1 - i))];
    }
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  /// Five of the 128 bits, `shift` from the right.
  private static int five(long high, long low, int shift) {
    long bits =
        shift >= Long.SIZE
            ? high >>> (shift - Long.SIZE)
            : shift > Long.SIZE - 5 ? low >>> shift | high << (Long.SIZE - shift) : low >>> shift;
    return (int) bits & 31;
  }

  static UUID parse(String prefix, String text) {
    var parsed = TypeId.parse(text);
    if (!parsed.getPrefix().equals(prefix)) {
      throw new IllegalArgumentException("An id that starts with " + prefix + "_ is expected here");
    }
    return parsed.getUuid();
  }
}

package ai.chatflow.tenancy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// The text of a key: `cf_live_` or `cf_test_`, 192 random bits and a CRC-32, in base62. The
/// checksum lets a secret scanner tell a key from noise without asking us. Only the SHA-256 is
/// kept: with 192 bits there is nothing to guess.
public record ApiKeySecret(String text) {
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final BigInteger BASE = BigInteger.valueOf(62);
  private static final int RANDOM_BYTES = 24;
  private static final int RANDOM_DIGITS = 33;
  private static final int CHECK_DIGITS = 6;
  private static final int PREFIX = "cf_live_".length();

  /// A new key; `random` must be cryptographically strong.
  static ApiKeySecret generate(boolean live, RandomGenerator random) {
    var bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    var body = (live ? "cf_live_" : "cf_test_") + base62(new BigInteger(1, bytes), RANDOM_DIGITS);
    return new ApiKeySecret(body + check(body));
  }

  /// The key in an `Authorization` header; empty when it has not the form of one.
  static Optional<ApiKeySecret> parse(@Nullable String text) {
    if (text == null || text.length() != PREFIX + RANDOM_DIGITS + CHECK_DIGITS) {
      return Optional.empty();
    }
    if (!text.startsWith("cf_live_") && !text.startsWith("cf_test_")) {
      return Optional.empty();
    }
    var body = text.substring(0, text.length() - CHECK_DIGITS);
    return text.endsWith(check(body)) ? Optional.of(new ApiKeySecret(text)) : Optional.empty();
  }

  byte[] hash() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The last characters, to recognise the key by.
  String hint() {
    return "…" + text.substring(text.length() - 4);
  }

  @Override
  public String toString() {
    return "cf_***" + hint();
  }

  private static String check(String body) {
    var crc = new CRC32();
    crc.update(body.getBytes(StandardCharsets.US_ASCII));
    return base62(BigInteger.valueOf(crc.getValue()), CHECK_DIGITS);
  }

  private static String base62(BigInteger value, int digits) {
    var text = new char[digits];
    var rest = value;
    for (int i = digits - 1; i >= 0; i--) {
      var split = rest.divideAndRemainder(BASE);
      text[i] = DIGITS.charAt(split[1].intValue());
      rest = split[0];
    }
    return new String(text);
  }
}

package ai.chatflow.app.embedded;

import java.util.Base64;
import java.util.random.RandomGenerator;

/// Passwords that only programs read.
final class Passwords {
  private Passwords() {}

  /// 192 random bits in letters that need no quoting in a URL.
  static String generate(RandomGenerator random) {
    var bytes = new byte[24];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}

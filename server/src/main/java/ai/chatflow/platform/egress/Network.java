package ai.chatflow.platform.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/// A block of addresses in CIDR notation (RFC 4632).
record Network(byte[] prefix, int bits) {
  /// Reads `10.0.0.0/8` or `fc00::/7`.
  ///
  /// @throws IllegalArgumentException if it is not one
  static Network parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 1 || !text.substring(0, slash).matches("[0-9a-fA-F:.]+")) {
      throw new IllegalArgumentException(text + " is no network such as 10.0.0.0/8");
    }
    try {
      byte[] prefix = InetAddress.getByName(text.substring(0, slash)).getAddress();
      int bits = Integer.parseInt(text.substring(slash + 1));
      if (bits < 0 || bits > prefix.length * 8) {
        throw new IllegalArgumentException(text + " has no such prefix length");
      }
      return new Network(prefix, bits);
    } catch (UnknownHostException | NumberFormatException e) {
      throw new IllegalArgumentException(text + " is no network such as 10.0.0.0/8", e);
    }
  }

  boolean contains(byte[] address) {
    if (address.length != prefix.length) {
      return false;
    }
    int whole = bits / 8;
    if (!Arrays.equals(address, 0, whole, prefix, 0, whole)) {
      return false;
    }
    int rest = bits % 8;
    int mask = 0xFF << (8 - rest);
    return rest == 0 || ((address[whole] ^ prefix[whole]) & mask & 0xFF) == 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Network(var p, var b) && b == bits && Arrays.equals(p, prefix);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(prefix) + bits;
  }
}

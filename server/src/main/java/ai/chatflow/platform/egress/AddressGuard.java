package ai.chatflow.platform.egress;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/// Which addresses may be connected to: public ones, and those of networks that the operator
/// allows. Source of the list: the IANA special-purpose address registries (RFC 6890).
public final class AddressGuard {
  private static final int IPV4 = 4;
  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

  private static final List<Network> SPECIAL =
      Stream.of(
              "0.0.0.0/8",
              "10.0.0.0/8",
              "100.64.0.0/10",
              "127.0.0.0/8",
              "169.254.0.0/16",
              "172.16.0.0/12",
              "192.0.0.0/24",
              "192.0.2.0/24",
              "192.31.196.0/24",
              "192.52.193.0/24",
              "192.88.99.0/24",
              "192.168.0.0/16",
              "192.175.48.0/24",
              "198.18.0.0/15",
              "198.51.100.0/24",
              "203.0.113.0/24",
              "224.0.0.0/4",
              "240.0.0.0/4",
              "::/96",
              "::ffff:0:0:0/96",
              "64:ff9b::/96",
              "64:ff9b:1::/48",
              "100::/64",
              "100:0:0:1::/64",
              "2001::/23",
              "2001:db8::/32",
              "2002::/16",
              "2620:4f:8000::/48",
              "3fff::/20",
              "5f00::/16",
              "fc00::/7",
              "fe80::/10",
              "fec0::/10",
              "ff00::/8")
          .map(Network::parse)
          .toList();

  private final List<Network> allowed;

  /// @param allowed networks in CIDR notation that may be connected to although they are not public
  public AddressGuard(Collection<String> allowed) {
    this.allowed = allowed.stream().map(Network::parse).toList();
  }

  /// Whether the operator allows any network that is not public.
  public boolean allowsAny() {
    return !allowed.isEmpty();
  }

  /// Whether it lies in a network that the operator allows.
  public boolean allows(InetAddress address) {
    return within(allowed, address.getAddress());
  }

  /// Whether anybody may be sent there.
  public boolean isPublic(InetAddress address) {
    return !within(SPECIAL, address.getAddress());
  }

  private static boolean within(List<Network> networks, byte[] address) {
    var plain = unmapped(address);
    return networks.stream().anyMatch(network -> network.contains(plain));
  }

  /// An IPv4 address inside an IPv6 one (`::ffff:10.0.0.1`) is what it stands for. Java reads most
  /// of them so, but not those that a resolver hands over as 16 bytes.
  private static byte[] unmapped(byte[] address) {
    return address.length == MAPPED.length + IPV4
            && Arrays.equals(address, 0, MAPPED.length, MAPPED, 0, MAPPED.length)
        ? Arrays.copyOfRange(address, MAPPED.length, address.length)
        : address;
  }

  @Override
  public String toString() {
    return "AddressGuard" + Arrays.toString(allowed.toArray());
  }
}

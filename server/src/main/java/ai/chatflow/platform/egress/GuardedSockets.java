package ai.chatflow.platform.egress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Set;
import javax.net.SocketFactory;

/// Sockets that refuse to connect to what the guard forbids. The last place where an address can be
/// checked: what is checked here is what is dialled.
final class GuardedSockets extends SocketFactory {
  static final Set<Integer> PORTS = Set.of(443, 8443);

  private final AddressGuard guard;
  private final boolean publicToo;

  /// @param publicToo false for plain HTTP, which goes to networks of the operator only
  GuardedSockets(AddressGuard guard, boolean publicToo) {
    this.guard = guard;
    this.publicToo = publicToo;
  }

  @Override
  public Socket createSocket() {
    // a plain `new Socket()` would ask for the machine's SOCKS proxy, which would do the dialling
    return new Socket(Proxy.NO_PROXY) {
      @Override
      public void connect(SocketAddress endpoint, int timeout) throws IOException {
        check(endpoint);
        super.connect(endpoint, timeout);
      }
    };
  }

  private void check(SocketAddress endpoint) throws ForbiddenAddress {
    if (!(endpoint instanceof InetSocketAddress at) || at.getAddress() == null) {
      throw new ForbiddenAddress("The address is not one of the internet.");
    }
    if (guard.allows(at.getAddress())) {
      return;
    }
    if (!publicToo) {
      throw new ForbiddenAddress("Only https goes to public addresses.");
    }
    if (!guard.isPublic(at.getAddress())) {
      throw new ForbiddenAddress("The name stands for an address that is not public.");
    }
    if (!PORTS.contains(at.getPort())) {
      throw new ForbiddenAddress("Only ports 443 and 8443 are open.");
    }
  }

  /// An address that is never connected to.
  static final class ForbiddenAddress extends IOException {
    ForbiddenAddress(String detail) {
      super(detail);
    }
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw new UnsupportedOperationException("sockets are connected by the client");
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort) {
    throw new UnsupportedOperationException("sockets are connected by the client");
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw new UnsupportedOperationException("sockets are connected by the client");
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
    throw new UnsupportedOperationException("sockets are connected by the client");
  }
}

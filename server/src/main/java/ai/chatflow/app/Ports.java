package ai.chatflow.app;

import ai.chatflow.app.config.ChatFlowConfiguration;
import ai.chatflow.app.config.StartFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/// Finds out before anything is started whether the ports of the server are free.
final class Ports {
  private Ports() {}

  static void requireFree(ChatFlowConfiguration configuration) {
    requireFree(configuration.bind(), configuration.port(), "CHATFLOW_PORT");
    requireFree(configuration.adminBind(), configuration.adminPort(), "CHATFLOW_ADMIN_PORT");
  }

  private static void requireFree(String host, int port, String variable) {
    if (port == 0) {
      return;
    }
    var address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new StartFailure("The address %s to listen on is unknown here.".formatted(host));
    }
    try (var socket = new ServerSocket()) {
      socket.bind(address);
    } catch (IOException e) {
      throw new StartFailure(
          ("Port %d on %s cannot be used (%s): most likely another program has it. Stop that"
                  + " program, or choose another port with %s.")
              .formatted(port, host, e.getMessage(), variable),
          e);
    }
  }
}

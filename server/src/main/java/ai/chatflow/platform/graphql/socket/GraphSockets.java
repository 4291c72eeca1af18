package ai.chatflow.platform.graphql.socket;

import ai.chatflow.platform.graphql.GraphEngine;
import ai.chatflow.platform.http.Authenticator;
import ai.chatflow.platform.http.RateLimits;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.time.Monotonic;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.ee10.websocket.server.JettyServerUpgradeRequest;
import org.eclipse.jetty.ee10.websocket.server.JettyServerUpgradeResponse;
import org.eclipse.jetty.ee10.websocket.server.JettyWebSocketServerContainer;
import org.jspecify.annotations.Nullable;

/// The WebSockets of a node.
public final class GraphSockets implements AutoCloseable {
  static final String PATH = "/graphql";
  private static final String PROTOCOL = "graphql-transport-ws";

  /// Longest message of a client: 128 KiB. A longer one ends the connection with 1009.
  private static final int LONGEST = 128 * 1024;

  /// Connections of one workspace on one node.
  private static final int MOST_CONNECTIONS = 1000;

  /// Far more than between two heartbeats.
  private static final Duration IDLE = Duration.ofSeconds(60);

  private final Shared shared;
  private final Set<GraphSocket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /// What all connections use.
  public record Shared(
      GraphEngine engine,
      Authenticator authenticator,
      RateLimits limits,
      IdGenerator ids,
      Monotonic monotonic) {}

  /// What the request to upgrade has said.
  record Upgrade(boolean speaksProtocol, @Nullable String authorization, String address) {}

  public GraphSockets(Shared shared) {
    this.shared = shared;
  }

  /// Serves `/graphql`.
  public void register(JettyWebSocketServerContainer container) {
    container.setMaxTextMessageSize(LONGEST);
    container.setMaxBinaryMessageSize(LONGEST);
    container.setMaxFrameSize(LONGEST);
    container.setAutoFragment(true);
    container.setIdleTimeout(IDLE);
    container.addMapping(PATH, this::socket);
  }

  /// Without compression: it would cost memory for each connection, and its lengths tell what is
  /// inside.
  private GraphSocket socket(
      JettyServerUpgradeRequest request, JettyServerUpgradeResponse response) {
    response.setExtensions(List.of());
    boolean speaksProtocol = request.getSubProtocols().contains(PROTOCOL);
    if (speaksProtocol) {
      response.setAcceptedSubProtocol(PROTOCOL);
    }
    return new GraphSocket(
        this,
        new Upgrade(
            speaksProtocol,
            request.getHeader("Authorization"),
            request.getHttpServletRequest().getRemoteAddr()));
  }

  Shared shared() {
    return shared;
  }

  boolean admit(GraphSocket socket) {
    open.add(socket);
    return !closed;
  }

  void forget(GraphSocket socket) {
    open.remove(socket);
  }

  boolean isCrowded(WorkspaceId workspace) {
    return open.stream().filter(socket -> socket.belongsTo(workspace)).count() >= MOST_CONNECTIONS;
  }

  /// The node goes down: clients are to come back to another.
  @Override
  public void close() {
    closed = true;
    open.forEach(socket -> socket.close(CloseCode.GOING_AWAY, "Going away"));
  }
}

package ai.chatflow.load;

import java.util.List;
import java.util.Map;

/// A system under load, with its data in place.
interface Target extends AutoCloseable {
  String name();

  /// Of its API, on 127.0.0.1.
  int port();

  /// Its processes by part: `server`, `postgres`, `redis`.
  Map<String, List<Long>> processes();

  /// Where webhooks go in: ten numbers of one workspace, then one number each of more workspaces.
  List<Inlet> inlets();

  /// A request for the newest 50 messages of one of a thousand conversations.
  byte[] list(int index);

  /// A request that sends a message to a person whose window is open.
  byte[] send(String run, int index);

  /// Hands over a broadcast of 10,000 messages; returns when it is accepted.
  void broadcast();

  /// Whether everything that was accepted is done: sent, recorded, seen by flows, published.
  boolean quiet();

  /// How many messages are stored.
  long stored();

  @Override
  void close();
}

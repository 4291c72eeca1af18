package ai.chatflow.platform.db;

/// Derives the roles' passwords. The master key does: a port, because encryption stores its keys
/// here and would else close a circle.
@FunctionalInterface
public interface KeyDerivation {
  /// The same label gives the same bytes, another label unrelated ones.
  byte[] derive(String label, int length);
}

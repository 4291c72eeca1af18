package ai.chatflow.platform.graphql.socket;

/// What a client did against the protocol; it ends the connection.
final class Violation extends Exception {
  private static final long serialVersionUID = 1L;

  private final CloseCode code;

  /// @param reason in ASCII, at most 123 characters: the rest of a close frame
  Violation(CloseCode code, String reason) {
    super(reason);
    this.code = code;
  }

  CloseCode code() {
    return code;
  }
}

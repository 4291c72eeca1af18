package ai.chatflow.platform.graphql.socket;

/// Why the server closes a connection. Those from 4400 on are the protocol's.
enum CloseCode {
  GOING_AWAY(1001),
  TRY_AGAIN_LATER(1013),
  TOO_SLOW(4008),
  INVALID_MESSAGE(4400),
  UNAUTHORIZED(4401),
  SUBPROTOCOL_NOT_ACCEPTABLE(4406),
  INITIALISATION_TIMEOUT(4408),
  SUBSCRIBER_ALREADY_EXISTS(4409),
  TOO_MANY_INITIALISATIONS(4429);

  private final int number;

  CloseCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}

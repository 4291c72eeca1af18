/// Client of the ChatFlow API.
module ai.chatflow.sdk {
  requires transitive com.fasterxml.jackson.databind;
  requires transitive java.net.http;
  requires static org.jspecify;

  exports ai.chatflow.sdk;
  exports ai.chatflow.sdk.api;
  exports ai.chatflow.sdk.errors;
  exports ai.chatflow.sdk.model;

  opens ai.chatflow.sdk.core to
      com.fasterxml.jackson.databind;
  opens ai.chatflow.sdk.model to
      com.fasterxml.jackson.databind;
}

package ai.chatflow.app.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/// How a line of the log is written.
public enum LogFormat {
  @JsonProperty("json")
  JSON,
  @JsonProperty("text")
  TEXT
}

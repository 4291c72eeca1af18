package ai.chatflow.app.embedded;

import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Who runs on a data folder. The launcher reads the same line, so it stays one line of JSON.
///
/// @param port where the API answers; 0 before the settings are known
/// @param adminPort where readiness answers; 0 before the settings are known
public record FolderOwner(long pid, int port, int adminPort, Instant since) {
  private static final Pattern LINE =
      Pattern.compile(
          "\\{\"pid\":(\\d{1,18}),\"port\":(\\d{1,5}),\"admin_port\":(\\d{1,5}),"
              + "\"since\":\"([^\"]+)\"}\\s*");

  String toJson() {
    return "{\"pid\":%d,\"port\":%d,\"admin_port\":%d,\"since\":\"%s\"}\n"
        .formatted(pid, port, adminPort, since);
  }

  static @Nullable FolderOwner parse(String json) {
    var matcher = LINE.matcher(json);
    if (!matcher.matches()) {
      return null;
    }
    return new FolderOwner(
        Long.parseLong(matcher.group(1)),
        Integer.parseInt(matcher.group(2)),
        Integer.parseInt(matcher.group(3)),
        Instant.parse(matcher.group(4)));
  }
}

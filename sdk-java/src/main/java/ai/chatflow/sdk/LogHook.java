package ai.chatflow.sdk;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Hears of every attempt after it ended. It sees no body, no query value and no credential.
@FunctionalInterface
public interface LogHook {
  void attempted(Attempt attempt);

  /// @param path without its query
  /// @param number 1 for the first attempt
  /// @param headers that were sent; `Authorization` and unknown ones are `***`
  /// @param status empty when no answer came
  /// @param failure name of the exception when no answer came
  record Attempt(
      String method,
      String path,
      int number,
      Map<String, String> headers,
      Optional<Integer> status,
      Optional<String> requestId,
      Optional<String> failure,
      Duration duration) {}
}

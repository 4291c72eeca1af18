package ai.chatflow.sdk.core;

import ai.chatflow.sdk.LogHook;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;

/// What every request of one client has in common.
///
/// @param baseUrl without a slash at its end
/// @param headers of every request, credentials included
public record Settings(
    String baseUrl,
    Map<String, String> headers,
    Duration timeout,
    int maxRetries,
    HttpClient http,
    LogHook log,
    RetryPolicy retries,
    Sleeper sleeper,
    Timer timer) {

  /// Without headers: they hold the API key.
  @Override
  public String toString() {
    return "Settings{baseUrl=" + baseUrl + ", timeout=" + timeout + "}";
  }
}

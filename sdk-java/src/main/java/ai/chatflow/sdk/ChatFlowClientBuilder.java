package ai.chatflow.sdk;

import ai.chatflow.sdk.core.RetryPolicy;
import ai.chatflow.sdk.core.Settings;
import ai.chatflow.sdk.core.Sleeper;
import ai.chatflow.sdk.core.Timer;
import ai.chatflow.sdk.core.UserAgent;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Builds a [ChatFlowClient]. API key and base URL must be set; the rest has defaults.
public final class ChatFlowClientBuilder {
  private @Nullable String apiKey;
  private @Nullable String baseUrl;
  private @Nullable HttpClient http;
  private Duration timeout = Duration.ofSeconds(30);
  private int maxRetries = 2;
  private LogHook log = attempt -> {};
  private Sleeper sleeper = duration -> Thread.sleep(duration.toMillis());
  private Timer timer = Timer.system();
  private RetryPolicy retries =
      new RetryPolicy(InstantSource.system(), () -> ThreadLocalRandom.current().nextDouble());
  private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Webhooks.Builder webhooks = Webhooks.builder();

  ChatFlowClientBuilder() {}

  /// `cf_live_…` or `cf_test_…`, or another bearer token.
  public ChatFlowClientBuilder apiKey(String apiKey) {
    this.apiKey = apiKey;
    return this;
  }

  /// Where your server is, such as `https://chatflow.example.com`.
  public ChatFlowClientBuilder baseUrl(String baseUrl) {
    this.baseUrl = baseUrl;
    return this;
  }

  /// The workspace (`wsp_…`) in which an organization-level credential acts.
  public ChatFlowClientBuilder workspace(String id) {
    return header("ChatFlow-Workspace", id);
  }

  /// For each attempt. 30 seconds unless said otherwise.
  public ChatFlowClientBuilder timeout(Duration timeout) {
    this.timeout = Objects.requireNonNull(timeout);
    return this;
  }

  /// 2 unless said otherwise: on IO errors, 408, 429, 5xx, and 409 while the same request runs. A
  /// `Retry-After` of more than a minute is not waited for.
  public ChatFlowClientBuilder maxRetries(int maxRetries) {
    if (maxRetries < 0) {
      throw new IllegalArgumentException("maxRetries cannot be negative: " + maxRetries);
    }
    this.maxRetries = maxRetries;
    return this;
  }

  /// A header of every request.
  public ChatFlowClientBuilder header(String name, String value) {
    headers.put(name, Objects.requireNonNull(value));
    return this;
  }

  /// Hears of every attempt. Must be quick and must not throw.
  public ChatFlowClientBuilder logHook(LogHook log) {
    this.log = Objects.requireNonNull(log);
    return this;
  }

  /// A key for [ChatFlowClient#webhooks()]: `whsec_…` or `whpk_…`; several while one replaces the
  /// other.
  public ChatFlowClientBuilder webhookKey(String key) {
    webhooks.key(key);
    return this;
  }

  /// Your own connection pool, proxy or TLS settings. It must not follow redirects.
  public ChatFlowClientBuilder httpClient(HttpClient http) {
    this.http = Objects.requireNonNull(http);
    return this;
  }

  ChatFlowClientBuilder environment(Map<String, String> variables) {
    apiKey = variables.get("CHATFLOW_API_KEY");
    baseUrl = variables.get("CHATFLOW_BASE_URL");
    webhooks.keysIn(variables.get("CHATFLOW_WEBHOOK_SECRET"));
    return this;
  }

  ChatFlowClientBuilder retries(RetryPolicy retries, Sleeper sleeper) {
    this.retries = retries;
    this.sleeper = sleeper;
    return this;
  }

  ChatFlowClientBuilder timer(Timer timer) {
    this.timer = timer;
    return this;
  }

  /// @throws IllegalStateException when API key or base URL is missing or unusable
  public ChatFlowClient build() {
    String key = present(apiKey, "API key", "apiKey(…)", "CHATFLOW_API_KEY");
    URI url = baseUri(present(baseUrl, "base URL", "baseUrl(…)", "CHATFLOW_BASE_URL"));
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.put("Accept", "application/json");
    all.put("User-Agent", UserAgent.text());
    all.put("Authorization", "Bearer " + key);
    all.putAll(headers);
    return new ChatFlowClient(
        new Settings(
            url.toString().replaceAll("/+$", ""),
            Map.copyOf(all),
            timeout,
            maxRetries,
            http != null ? http : httpFor(url),
            log,
            retries,
            sleeper,
            timer),
        webhooks.buildIfAny());
  }

  private HttpClient httpFor(URI url) {
    boolean secure = "https".equalsIgnoreCase(url.getScheme());
    return HttpClient.newBuilder()
        .version(secure ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(timeout)
        .build();
  }

  private static String present(
      @Nullable String value, String what, String method, String variable) {
    if (value == null || value.isBlank()) {
      throw new IllegalStateException(
          "There is no " + what + ": call " + method + " or set " + variable + ".");
    }
    return value.strip();
  }

  private static URI baseUri(String text) {
    URI url = URI.create(text);
    boolean http = "http".equalsIgnoreCase(url.getScheme());
    if (!http && !"https".equalsIgnoreCase(url.getScheme()) || url.getHost() == null) {
      throw new IllegalStateException("The base URL must start with http:// or https://: " + text);
    }
    if (url.getRawQuery() != null || url.getRawUserInfo() != null) {
      throw new IllegalStateException("The base URL must have neither user nor query.");
    }
    return url;
  }
}

package ai.chatflow.testing.twilio;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What Twilio refuses beside its contract's types; each rule says where that stands. Where the
/// contract is not at hand, the fields that the product may use are these.
final class TwilioRules {
  private static final int LONGEST_BODY = 1_600;
  private static final int LONGEST_CALLBACK = 4_000;

  private static final Set<String> MESSAGE =
      Set.of("To", "From", "MessagingServiceSid", "Body", "StatusCallback");
  private static final Set<String> NUMBER =
      Set.of("SmsUrl", "SmsMethod", "SmsFallbackUrl", "SmsFallbackMethod");
  private static final Set<String> LIST = Set.of("PhoneNumber", "PageSize");

  private TwilioRules() {}

  /// A request that Twilio would not take.
  record Violation(int code, String message) {}

  /// What a request of the product must not do; null when it may.
  static @Nullable Violation violation(
      String method, String path, List<Map.Entry<String, String>> values) {
    var types =
        TwilioSpec.find()
            .map(spec -> spec.violations(method, path, values))
            .orElse(List.<String>of());
    if (!types.isEmpty()) {
      return new Violation(400, String.join("; ", types));
    }
    Set<String> known =
        path.endsWith("/Messages.json") ? MESSAGE : "GET".equals(method) ? LIST : NUMBER;
    for (var value : values) {
      if (!known.contains(value.getKey())) {
        return new Violation(400, "the product has no use for " + value.getKey());
      }
    }
    var form = Map.copyOf(first(values));
    if (form.size() != values.size()) {
      return new Violation(400, "a field comes twice");
    }
    if (path.endsWith("/Messages.json")) {
      return message(form);
    }
    for (String name : List.of("SmsUrl", "SmsFallbackUrl")) {
      String url = form.getOrDefault(name, "");
      if (!url.isEmpty() && !reachable(url)) {
        // "Error 21502: Invalid SmsUrl"
        return new Violation(21502, "Invalid " + name);
      }
    }
    return null;
  }

  static Map<String, String> first(List<Map.Entry<String, String>> values) {
    var form = new java.util.LinkedHashMap<String, String>();
    values.forEach(value -> form.putIfAbsent(value.getKey(), value.getValue()));
    return form;
  }

  private static @Nullable Violation message(Map<String, String> form) {
    // "Message resource › Create a Message": From or MessagingServiceSid
    if (form.containsKey("From") == form.containsKey("MessagingServiceSid")) {
      return new Violation(21603, "Either From or MessagingServiceSid is required");
    }
    String body = form.getOrDefault("Body", "");
    // "Error 21619"
    if (body.isEmpty()) {
      return new Violation(21619, "A text message body or media urls must be specified");
    }
    // "Error 21617"
    if (body.codePointCount(0, body.length()) > LONGEST_BODY) {
      return new Violation(21617, "The concatenated message body exceeds the 1600 character limit");
    }
    String callback = form.get("StatusCallback");
    if (callback != null && (callback.length() > LONGEST_CALLBACK || !reachable(callback))) {
      return new Violation(21609, "Invalid 'StatusCallback'");
    }
    return null;
  }

  /// "Error 21609": whole, of the web, without underscores in the name of the host. This machine
  /// stands for the internet here, where a test's server is.
  private static boolean reachable(String text) {
    URI url = URI.create(text);
    boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
    String host = url.getHost();
    return web
        && host != null
        && !host.contains("_")
        && !"localhost".equals(host)
        && url.getPath().length() > 1;
  }
}

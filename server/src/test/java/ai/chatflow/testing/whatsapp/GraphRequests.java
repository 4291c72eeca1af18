package ai.chatflow.testing.whatsapp;

import ai.chatflow.testing.whatsapp.GraphRules.Violation;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which requests Meta understands: the operations that we use, each body by our own strict rules
/// (`GraphRules`) and, where it is there, by the provider's own contract (`GraphSpec`).
public final class GraphRequests {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern PATH = Pattern.compile("/v\\d+\\.\\d+/(\\d+)(/[a-z_]+)?");
  private static final String NUMBER = "/{Version}/{Phone-Number-ID}";
  private static final Set<String> RECEIPT =
      Set.of("messaging_product", "status", "message_id", "typing_indicator");

  private GraphRequests() {}

  /// A request to the Graph API.
  ///
  /// @param rest what follows the number in the path
  /// @param body null where there is none, or no JSON
  public record Request(String method, String number, String rest, @Nullable JsonNode body) {
    static Request of(HttpExchange exchange, byte[] body) {
      return of(exchange.getRequestMethod(), exchange.getRequestURI().getPath(), body);
    }

    /// A request as it came over the wire.
    public static Request of(String method, String path, byte[] body) {
      var matcher = PATH.matcher(path);
      if (!matcher.matches()) {
        return new Request(method, "", path, json(body));
      }
      var rest = matcher.group(2);
      return new Request(method, matcher.group(1), rest == null ? "" : rest, json(body));
    }

    private static @Nullable JsonNode json(byte[] body) {
      try {
        JsonNode read = JSON.readTree(body);
        return read == null || !read.isObject() ? null : read;
      } catch (IOException _) {
        return null;
      }
    }
  }

  /// Null when Meta would understand it.
  ///
  /// @param numbers the account's
  public static @Nullable Violation violation(Request request, Set<String> numbers) {
    if (!numbers.contains(request.number()) || !known(request)) {
      return new Violation(100, "Unsupported request. Object does not exist.");
    }
    JsonNode body = request.body();
    if ("GET".equals(request.method())) {
      return body == null ? null : new Violation(100, "A body where none belongs.");
    }
    if (body == null) {
      return new Violation(100, "The body is not JSON.");
    }
    Violation own = body.has("status") ? receipt(body) : GraphRules.violation(body);
    return own == null ? byContract(body) : own;
  }

  private static boolean known(Request request) {
    boolean ours =
        switch (request.method()) {
          case "POST" -> "/messages".equals(request.rest());
          case "GET" -> request.rest().isEmpty();
          default -> false;
        };
    return ours
        && GraphSpec.find()
            .map(spec -> spec.knows(request.method(), NUMBER + request.rest()))
            .orElse(true);
  }

  /// "Mark messages as read", "Typing indicators": status, the id of a message, and of typing only
  /// that it is a text.
  private static @Nullable Violation receipt(JsonNode body) {
    if (!"whatsapp".equals(body.path("messaging_product").asText())) {
      return new Violation(100, "(#100) The parameter messaging_product is required.");
    }
    if (!"read".equals(body.path("status").asText())) {
      return new Violation(131009, "status");
    }
    for (var member : body.properties()) {
      if (!RECEIPT.contains(member.getKey())) {
        return new Violation(100, "Unexpected key " + member.getKey());
      }
    }
    JsonNode typing = body.get("typing_indicator");
    if (typing != null && !typing.toString().equals("{\"type\":\"text\"}")) {
      return new Violation(131009, "typing_indicator");
    }
    return GraphRules.length(body, "message_id", 512);
  }

  private static @Nullable Violation byContract(JsonNode body) {
    return GraphSpec.find()
        .map(spec -> spec.violations(body))
        .filter(violations -> !violations.isEmpty())
        .map(violations -> new Violation(100, "Not of the contract: " + violations))
        .orElse(null);
  }
}

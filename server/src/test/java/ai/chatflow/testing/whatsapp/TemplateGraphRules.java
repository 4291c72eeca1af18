package ai.chatflow.testing.whatsapp;

import ai.chatflow.testing.whatsapp.GraphRules.Violation;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What Meta takes for a template; written from its documents, apart from the product's own rules.
/// Sources: Meta, "Template components", "Authentication templates", "Carousel templates",
/// "Limited-time offer templates".
final class TemplateGraphRules {
  private static final Pattern NAME = Pattern.compile("[a-z0-9_]{1,512}");
  private static final Pattern LANGUAGE = Pattern.compile("[a-z]{2,3}(_[A-Z]{2,3})?");
  private static final Pattern VARIABLE = Pattern.compile("\\{\\{([a-z0-9_]+)}}");
  private static final Set<String> CATEGORIES = Set.of("MARKETING", "UTILITY", "AUTHENTICATION");
  private static final Set<String> MEMBERS =
      Set.of("name", "language", "category", "components", "parameter_format");
  private static final Set<String> EDITS = Set.of("components", "category");

  /// The members of a button by its type.
  private static final Map<String, Set<String>> BUTTONS =
      Map.of(
          "QUICK_REPLY", Set.of("type", "text"),
          "URL", Set.of("type", "text", "url", "example"),
          "PHONE_NUMBER", Set.of("type", "text", "phone_number"),
          "COPY_CODE", Set.of("type", "example"),
          "FLOW", Set.of("type", "text", "flow_id", "flow_name", "flow_action", "navigate_screen"),
          "OTP",
              Set.of(
                  "type",
                  "otp_type",
                  "text",
                  "autofill_text",
                  "supported_apps",
                  "zero_tap_terms_accepted"),
          "CATALOG", Set.of("type", "text"),
          "MPM", Set.of("type", "text"),
          "SPM", Set.of("type", "text"));

  private final boolean named;
  private final boolean authentication;

  private TemplateGraphRules(boolean named, boolean authentication) {
    this.named = named;
    this.authentication = authentication;
  }

  /// Null when Meta would take it.
  static @Nullable Violation creation(@Nullable JsonNode body) {
    if (body == null) {
      return new Violation(100, "The body is not JSON.");
    }
    var unknown = unknown(body, MEMBERS);
    if (unknown != null) {
      return unknown;
    }
    if (!NAME.matcher(body.path("name").asText()).matches()) {
      return new Violation(100, "name");
    }
    if (!LANGUAGE.matcher(body.path("language").asText()).matches()) {
      return new Violation(100, "language");
    }
    if (!CATEGORIES.contains(body.path("category").asText())) {
      return new Violation(100, "category");
    }
    return rules(body, body.path("category").asText()).components(body.path("components"));
  }

  static @Nullable Violation edit(@Nullable JsonNode body, JsonNode template) {
    if (body == null) {
      return new Violation(100, "The body is not JSON.");
    }
    var unknown = unknown(body, EDITS);
    String category = body.path("category").asText(template.path("category").asText());
    return unknown == null
        ? rules(template, category).components(body.path("components"))
        : unknown;
  }

  private static TemplateGraphRules rules(JsonNode template, String category) {
    return new TemplateGraphRules(
        "NAMED".equals(template.path("parameter_format").asText()),
        "AUTHENTICATION".equals(category));
  }

  private @Nullable Violation components(JsonNode components) {
    if (!components.isArray() || components.isEmpty()) {
      return new Violation(100, "components");
    }
    var types = new HashSet<String>();
    for (JsonNode component : components) {
      String type = component.path("type").asText();
      if (!types.add(type)) {
        return new Violation(100, "Two of " + type);
      }
      var violation = component(type, component);
      if (violation != null) {
        return violation;
      }
    }
    return types.contains("BODY") ? null : new Violation(100, "There is no BODY.");
  }

  private @Nullable Violation component(String type, JsonNode component) {
    return switch (type) {
      case "HEADER" -> header(component);
      case "BODY" -> body(component, 1_024);
      case "FOOTER" -> footer(component);
      case "BUTTONS" -> buttons(component.path("buttons"));
      case "CAROUSEL" -> cards(component.path("cards"));
      case "LIMITED_TIME_OFFER" ->
          length(component.path("limited_time_offer").path("text"), 16, "offer");
      default -> new Violation(100, "components.type " + type);
    };
  }

  private @Nullable Violation header(JsonNode header) {
    String format = header.path("format").asText();
    return switch (format) {
      case "TEXT" -> {
        var length = length(header.path("text"), 60, "header");
        yield length == null
            ? examples(header.path("text").asText(), header.path("example"), "header_text")
            : length;
      }
      case "IMAGE", "VIDEO", "DOCUMENT" ->
          header.path("example").path("header_handle").size() == 1
              ? null
              : new Violation(100, "A header with a file needs a header_handle.");
      case "LOCATION", "PRODUCT" -> unknown(header, Set.of("type", "format"));
      default -> new Violation(100, "header.format " + format);
    };
  }

  private @Nullable Violation body(JsonNode body, int most) {
    if (authentication) {
      return unknown(body, Set.of("type", "add_security_recommendation"));
    }
    var length = length(body.path("text"), most, "body");
    String text = body.path("text").asText();
    if (length != null) {
      return length;
    }
    if (text.strip().startsWith("{{") || text.strip().endsWith("}}")) {
      return new Violation(100, "Variables cannot be at the start or end of the template.");
    }
    return examples(text, body.path("example"), "body_text");
  }

  private @Nullable Violation footer(JsonNode footer) {
    if (authentication) {
      int minutes = footer.path("code_expiration_minutes").asInt();
      return minutes >= 1 && minutes <= 90 ? null : new Violation(100, "code_expiration_minutes");
    }
    return length(footer.path("text"), 60, "footer");
  }

  /// An example for each variable, in the shape of the format.
  private @Nullable Violation examples(String text, JsonNode example, String member) {
    var names = new HashSet<String>();
    VARIABLE.matcher(text).results().forEach(found -> names.add(found.group(1)));
    if (names.isEmpty()) {
      return example.isMissingNode() ? null : new Violation(100, "An example without a variable.");
    }
    if (named) {
      var given = new HashSet<String>();
      example
          .path(member + "_named_params")
          .forEach(one -> given.add(one.path("param_name").asText()));
      return given.equals(names) ? null : new Violation(100, member + "_named_params");
    }
    for (int i = 1; i <= names.size(); i++) {
      if (!names.contains(String.valueOf(i))) {
        return new Violation(100, "Variables are numbered without gaps.");
      }
    }
    JsonNode values = example.path(member);
    int given = "body_text".equals(member) ? values.path(0).size() : values.size();
    return given == names.size() ? null : new Violation(100, member);
  }

  private @Nullable Violation buttons(JsonNode buttons) {
    if (buttons.isEmpty() || buttons.size() > 10) {
      return new Violation(100, "buttons");
    }
    for (JsonNode button : buttons) {
      String type = button.path("type").asText();
      var members = BUTTONS.get(type);
      if (members == null || authentication != "OTP".equals(type)) {
        return new Violation(100, "button.type " + type);
      }
      var unknown = unknown(button, members);
      var length = button.has("text") ? length(button.path("text"), 25, "button") : null;
      boolean open = button.path("url").asText().contains("{{");
      if (unknown != null || length != null) {
        return unknown == null ? length : unknown;
      }
      if (open && button.path("example").size() != 1) {
        return new Violation(100, "A link with a variable needs an example.");
      }
    }
    return null;
  }

  private @Nullable Violation cards(JsonNode cards) {
    if (cards.size() < 2 || cards.size() > 10) {
      return new Violation(100, "cards");
    }
    for (JsonNode card : cards) {
      for (JsonNode part : card.path("components")) {
        boolean isBody = "BODY".equals(part.path("type").asText());
        var violation = isBody ? body(part, 160) : component(part.path("type").asText(), part);
        if (violation != null) {
          return violation;
        }
      }
    }
    return null;
  }

  private static @Nullable Violation length(JsonNode text, int most, String what) {
    int length = text.asText().codePointCount(0, text.asText().length());
    return length >= 1 && length <= most ? null : new Violation(100, what + ".text");
  }

  private static @Nullable Violation unknown(JsonNode node, Set<String> members) {
    for (var member : node.properties()) {
      if (!members.contains(member.getKey())) {
        return new Violation(100, "Unexpected key \"" + member.getKey() + "\"");
      }
    }
    return null;
  }
}

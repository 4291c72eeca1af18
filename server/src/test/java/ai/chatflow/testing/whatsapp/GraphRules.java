package ai.chatflow.testing.whatsapp;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What Meta refuses in the body of `POST /{phone-number-id}/messages`. Each rule names the page of
/// Meta's "Cloud API" documentation that it comes from.
public final class GraphRules {
  /// Error 131009: a parameter has a value that is not valid. 131008: one is missing. 100: unknown.
  public record Violation(int code, String details) {}

  private static final Set<String> TYPED_MEMBERS =
      Set.of(
          "text",
          "image",
          "video",
          "audio",
          "document",
          "sticker",
          "location",
          "contacts",
          "interactive",
          "template",
          "reaction");

  private static final Set<String> FRAME =
      Set.of(
          "messaging_product",
          "recipient_type",
          "to",
          "recipient",
          "type",
          "context",
          "biz_opaque_callback_data");

  private static final Map<String, Function<JsonNode, @Nullable Violation>> BY_TYPE =
      Map.ofEntries(
          Map.entry("text", GraphRules::text),
          Map.entry("image", media -> media(media, true)),
          Map.entry("video", media -> media(media, true)),
          Map.entry("document", media -> media(media, true)),
          Map.entry("audio", media -> media(media, false)),
          Map.entry("sticker", media -> media(media, false)),
          Map.entry("location", GraphRules::location),
          Map.entry("contacts", GraphRules::contacts),
          Map.entry("interactive", InteractiveGraphRules::violation),
          Map.entry("template", GraphRules::template),
          Map.entry("reaction", GraphRules::reaction));

  private GraphRules() {}

  /// Null when Meta would take the body.
  public static @Nullable Violation violation(JsonNode body) {
    // "Messages": messaging_product is "whatsapp"
    if (!"whatsapp".equals(body.path("messaging_product").asText())) {
      return new Violation(100, "(#100) The parameter messaging_product is required.");
    }
    // "Messages", "Business-scoped user ids": to or recipient
    if (body.path("to").asText().isEmpty() == body.path("recipient").asText().isEmpty()) {
      return new Violation(131008, "Exactly one of to and recipient is needed.");
    }
    // "Messages": recipient_type is individual or, "Groups", group
    if (!Set.of("individual", "group").contains(body.path("recipient_type").asText("individual"))) {
      return new Violation(131009, "recipient_type");
    }
    // "Messages": biz_opaque_callback_data has up to 512 characters
    if (body.path("biz_opaque_callback_data").asText().length() > 512) {
      return new Violation(131009, "biz_opaque_callback_data");
    }
    String type = body.path("type").asText("text");
    Function<JsonNode, @Nullable Violation> rule = BY_TYPE.get(type);
    if (rule == null) {
      return new Violation(131009, "type " + type);
    }
    for (var member : body.properties()) {
      boolean other = TYPED_MEMBERS.contains(member.getKey()) && !member.getKey().equals(type);
      boolean unknown =
          !TYPED_MEMBERS.contains(member.getKey()) && !FRAME.contains(member.getKey());
      if (other || unknown) {
        return new Violation(100, "Unexpected key " + member.getKey());
      }
    }
    JsonNode content = body.get(type);
    return content == null ? missing(type) : rule.apply(content);
  }

  static Violation missing(String name) {
    return new Violation(131008, "Parameter " + name + " is missing.");
  }

  /// A text of 1 to `most` characters.
  static @Nullable Violation length(JsonNode object, String field, int most) {
    JsonNode value = object.path(field);
    if (!value.isTextual() || value.textValue().isEmpty()) {
      return missing(field);
    }
    String text = value.textValue();
    return text.codePointCount(0, text.length()) > most
        ? new Violation(131009, field + " is longer than " + most)
        : null;
  }

  static @Nullable Violation first(@Nullable Violation... violations) {
    for (Violation violation : violations) {
      if (violation != null) {
        return violation;
      }
    }
    return null;
  }

  /// "Text messages": body up to 4,096 characters.
  private static @Nullable Violation text(JsonNode text) {
    return length(text, "body", 4_096);
  }

  /// "Image/Video/Audio/Document/Sticker messages": id or link, caption up to 1,024 where there is
  /// one.
  private static @Nullable Violation media(JsonNode media, boolean caption) {
    if (media.has("id") == media.has("link")) {
      return new Violation(131008, "Exactly one of id and link is needed.");
    }
    if (media.has("link") && !media.path("link").asText().matches("https?://.+")) {
      return new Violation(131009, "link");
    }
    if (!media.has("caption")) {
      return null;
    }
    return caption ? length(media, "caption", 1_024) : new Violation(100, "Unexpected key caption");
  }

  /// "Location messages": latitude and longitude in degrees.
  private static @Nullable Violation location(JsonNode location) {
    try {
      boolean onEarth =
          Math.abs(Double.parseDouble(location.path("latitude").asText())) <= 90
              && Math.abs(Double.parseDouble(location.path("longitude").asText())) <= 180;
      return onEarth ? null : new Violation(131009, "location");
    } catch (NumberFormatException _) {
      return missing("latitude or longitude");
    }
  }

  /// "Contacts messages": up to 257 cards, each with a formatted name and one more part of it.
  private static @Nullable Violation contacts(JsonNode contacts) {
    if (!contacts.isArray() || contacts.isEmpty() || contacts.size() > 257) {
      return new Violation(131009, "contacts");
    }
    for (JsonNode card : contacts) {
      if (card.at("/name/formatted_name").asText().isEmpty()) {
        return missing("name.formatted_name");
      }
    }
    return null;
  }

  /// "Template messages": name and language code; a button says its kind and its index, 0 to 9.
  private static @Nullable Violation template(JsonNode template) {
    Violation frame =
        first(length(template, "name", 512), length(template.path("language"), "code", 20));
    if (frame != null) {
      return frame;
    }
    for (JsonNode component : template.path("components")) {
      boolean button = "button".equals(component.path("type").asText());
      if (button
          && (component.path("sub_type").asText().isEmpty()
              || !component.path("index").asText().matches("[0-9]"))) {
        return new Violation(131009, "button");
      }
    }
    return null;
  }

  /// "Reaction messages": the id of a message and an emoji, empty to take it back.
  private static @Nullable Violation reaction(JsonNode reaction) {
    return reaction.has("emoji") ? length(reaction, "message_id", 512) : missing("emoji");
  }
}

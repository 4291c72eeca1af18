package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.api.model.MessageTemplateApp;
import ai.chatflow.api.model.MessageTemplateBody;
import ai.chatflow.api.model.MessageTemplateButton;
import ai.chatflow.api.model.MessageTemplateButtonType;
import ai.chatflow.api.model.MessageTemplateButtons;
import ai.chatflow.api.model.MessageTemplateCard;
import ai.chatflow.api.model.MessageTemplateCarousel;
import ai.chatflow.api.model.MessageTemplateComponent;
import ai.chatflow.api.model.MessageTemplateExample;
import ai.chatflow.api.model.MessageTemplateFlowAction;
import ai.chatflow.api.model.MessageTemplateFooter;
import ai.chatflow.api.model.MessageTemplateHeader;
import ai.chatflow.api.model.MessageTemplateHeaderFormat;
import ai.chatflow.api.model.MessageTemplateLimitedTimeOffer;
import ai.chatflow.api.model.MessageTemplateOther;
import ai.chatflow.api.model.MessageTemplateOtpType;
import ai.chatflow.channels.wire.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads the components of a template. Kinds that are not known are kept whole, and what is longer
/// than the contract allows is cut: one odd template must not cost the others.
final class TemplateReader {
  private TemplateReader() {}

  static List<MessageTemplateComponent> components(JsonNode template) {
    return Json.elements(template, "components").stream()
        .limit(20)
        .map(TemplateReader::component)
        .toList();
  }

  private static MessageTemplateComponent component(JsonNode node) {
    String type = lower(node, "type");
    return switch (type) {
      case "header" -> header(node);
      case "body" -> body(node);
      case "footer" ->
          MessageTemplateFooter.builder()
              .text(cut(Json.text(node, "text"), 1_024))
              .codeExpirationMinutes(minutes(node.get("code_expiration_minutes")))
              .build();
      case "buttons" ->
          new MessageTemplateButtons(MessageTemplateButtons.TypeEnum.BUTTONS, buttons(node));
      case "carousel" ->
          MessageTemplateCarousel.builder()
              .cards(
                  Json.elements(node, "cards").stream()
                      .limit(20)
                      .map(TemplateReader::card)
                      .toList())
              .build();
      case "limited_time_offer" -> {
        JsonNode offer = Json.objectOrEmpty(node, "limited_time_offer");
        String text = cut(Json.text(offer, "text"), 1_024);
        yield MessageTemplateLimitedTimeOffer.builder()
            .text(text == null ? "" : text)
            .hasExpiration(Json.bool(offer, "has_expiration"))
            .build();
      }
      default ->
          MessageTemplateOther.builder()
              .providerType(type.isEmpty() ? "unknown" : cutTo(type, 60))
              .payload(Json.map(node))
              .build();
    };
  }

  private static MessageTemplateCard card(JsonNode node) {
    var header = MessageTemplateHeader.builder().format(MessageTemplateHeaderFormat.OTHER).build();
    MessageTemplateBody body = null;
    List<MessageTemplateButton> buttons = null;
    for (JsonNode part : Json.elements(node, "components")) {
      switch (lower(part, "type")) {
        case "header" -> header = header(part);
        case "body" -> body = body(part);
        case "buttons" -> buttons = buttons(part).stream().limit(10).toList();
        default -> {
          // of cards nothing else is documented
        }
      }
    }
    return MessageTemplateCard.builder().header(header).body(body).buttons(buttons).build();
  }

  private static MessageTemplateHeader header(JsonNode node) {
    JsonNode example = Json.objectOrEmpty(node, "example");
    String handle = first(example, "header_handle");
    var examples = examples(example, "header_text", 10);
    return MessageTemplateHeader.builder()
        .format(
            known(node, "format", MessageTemplateHeaderFormat::fromString)
                .orElse(MessageTemplateHeaderFormat.OTHER))
        .text(cut(Json.text(node, "text"), 1_024))
        .examples(examples.isEmpty() ? null : examples)
        .mediaHandle(cut(handle, 4_096))
        .build();
  }

  private static MessageTemplateBody body(JsonNode node) {
    var examples = examples(Json.objectOrEmpty(node, "example"), "body_text", 100);
    return MessageTemplateBody.builder()
        .text(cut(Json.text(node, "text"), 4_096))
        .examples(examples.isEmpty() ? null : examples)
        .addSecurityRecommendation(Json.bool(node, "add_security_recommendation"))
        .build();
  }

  private static List<MessageTemplateExample> examples(JsonNode example, String member, int most) {
    var found = new ArrayList<MessageTemplateExample>();
    for (JsonNode named : Json.elements(example, member + "_named_params")) {
      found.add(
          new MessageTemplateExample(
              cut(Json.text(named, "param_name"), 100), value(named.path("example"))));
    }
    for (JsonNode value : Json.elements(example, member)) {
      if (value.isArray()) {
        value.forEach(inner -> found.add(new MessageTemplateExample(null, value(inner))));
      } else {
        found.add(new MessageTemplateExample(null, value(value)));
      }
    }
    return found.stream().limit(most).toList();
  }

  private static List<MessageTemplateButton> buttons(JsonNode node) {
    return Json.elements(node, "buttons").stream().limit(30).map(TemplateReader::button).toList();
  }

  private static MessageTemplateButton button(JsonNode node) {
    var type = buttonType(lower(node, "type"));
    JsonNode example = node.path("example");
    return MessageTemplateButton.builder()
        .type(type)
        .text(cut(Json.text(node, "text"), 200))
        .url(cut(Json.text(node, "url"), 2_100))
        .exampleValue(
            example.isMissingNode() || example.isEmpty() && example.isArray()
                ? null
                : cutTo(value(example.isArray() ? example.get(0) : example), 2_100))
        .phoneNumber(cut(Json.text(node, "phone_number"), 30))
        .flowId(cut(Json.text(node, "flow_id"), 60))
        .flowName(cut(Json.text(node, "flow_name"), 200))
        .flowAction(known(node, "flow_action", MessageTemplateFlowAction::fromString).orElse(null))
        .navigateScreen(cut(Json.text(node, "navigate_screen"), 200))
        .otpType(known(node, "otp_type", MessageTemplateOtpType::fromString).orElse(null))
        .autofillText(cut(Json.text(node, "autofill_text"), 200))
        .zeroTapTermsAccepted(Json.bool(node, "zero_tap_terms_accepted"))
        .supportedApps(apps(node))
        .providerType(
            type == MessageTemplateButtonType.OTHER ? cut(Json.text(node, "type"), 60) : null)
        .build();
  }

  private static @Nullable List<MessageTemplateApp> apps(JsonNode node) {
    var apps =
        Json.elements(node, "supported_apps").stream()
            .filter(app -> Json.text(app, "package_name") != null)
            .filter(app -> Json.text(app, "signature_hash") != null)
            .limit(5)
            .map(
                app ->
                    new MessageTemplateApp(
                        cutTo(Json.required(app, "package_name"), 224),
                        cutTo(Json.required(app, "signature_hash"), 20)))
            .toList();
    return apps.isEmpty() ? null : apps;
  }

  private static MessageTemplateButtonType buttonType(String type) {
    return switch (type) {
      case "mpm" -> MessageTemplateButtonType.MULTI_PRODUCT;
      case "spm" -> MessageTemplateButtonType.SINGLE_PRODUCT;
      default -> {
        try {
          yield MessageTemplateButtonType.fromString(type);
        } catch (IllegalArgumentException _) {
          yield MessageTemplateButtonType.OTHER;
        }
      }
    };
  }

  /// A word of the contract; empty where it is none.
  static <T> Optional<T> known(JsonNode node, String member, Function<String, T> words) {
    try {
      return Optional.of(words.apply(lower(node, member)));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static String lower(JsonNode node, String member) {
    String text = Json.text(node, member);
    return text == null ? "" : text.toLowerCase(Locale.ROOT);
  }

  private static @Nullable String first(JsonNode node, String member) {
    return Json.elements(node, member).stream().findFirst().map(JsonNode::asText).orElse(null);
  }

  private static String value(JsonNode node) {
    return cutTo(node.asText(), 2_000);
  }

  private static @Nullable Integer minutes(@Nullable JsonNode node) {
    if (node == null || !node.canConvertToInt() || node.intValue() < 0) {
      return null;
    }
    return Math.min(node.intValue(), 100_000);
  }

  static @Nullable String cut(@Nullable String text, int most) {
    return text == null ? null : cutTo(text, most);
  }

  static String cutTo(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most);
  }
}

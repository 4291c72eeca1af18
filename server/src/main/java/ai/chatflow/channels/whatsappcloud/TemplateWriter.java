package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.api.model.MessageTemplateBody;
import ai.chatflow.api.model.MessageTemplateButton;
import ai.chatflow.api.model.MessageTemplateButtonType;
import ai.chatflow.api.model.MessageTemplateButtons;
import ai.chatflow.api.model.MessageTemplateCard;
import ai.chatflow.api.model.MessageTemplateCarousel;
import ai.chatflow.api.model.MessageTemplateComponent;
import ai.chatflow.api.model.MessageTemplateExample;
import ai.chatflow.api.model.MessageTemplateFooter;
import ai.chatflow.api.model.MessageTemplateHeader;
import ai.chatflow.api.model.MessageTemplateLimitedTimeOffer;
import ai.chatflow.api.model.MessageTemplateOther;
import ai.chatflow.api.model.MessageTemplateParameterFormat;
import ai.chatflow.channels.TemplateCatalogue.Definition;
import ai.chatflow.channels.wire.Json;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Writes templates as they are submitted. Source: Meta, "Template components", "Authentication
/// templates", "Carousel templates", "Limited-time offer templates".
final class TemplateWriter {
  private final boolean named;

  private TemplateWriter(boolean named) {
    this.named = named;
  }

  /// The body of `POST /{waba-id}/message_templates`.
  static ObjectNode creation(Definition template) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("name", template.name()).put("language", template.language());
    body.put("category", upper(template.category().value()));
    body.put("parameter_format", upper(template.parameterFormat().value()));
    body.set("components", components(template));
    return body;
  }

  static ArrayNode components(Definition template) {
    var writer =
        new TemplateWriter(template.parameterFormat() == MessageTemplateParameterFormat.NAMED);
    ArrayNode components = Json.MAPPER.createArrayNode();
    template.components().forEach(component -> writer.write(components, component));
    return components;
  }

  private void write(ArrayNode all, MessageTemplateComponent component) {
    switch (component) {
      case MessageTemplateHeader header -> header(all.addObject(), header);
      case MessageTemplateBody body -> body(all.addObject(), body);
      case MessageTemplateFooter footer -> {
        ObjectNode node = all.addObject().put("type", "FOOTER");
        text(node, "text", footer.text());
        if (footer.codeExpirationMinutes() != null) {
          node.put("code_expiration_minutes", footer.codeExpirationMinutes());
        }
      }
      case MessageTemplateButtons buttons -> buttons(all.addObject(), buttons.buttons());
      case MessageTemplateCarousel carousel -> {
        ArrayNode cards = all.addObject().put("type", "CAROUSEL").putArray("cards");
        carousel.cards().forEach(card -> card(cards.addObject(), card));
      }
      case MessageTemplateLimitedTimeOffer offer ->
          all.addObject()
              .put("type", "LIMITED_TIME_OFFER")
              .putObject("limited_time_offer")
              .put("text", offer.text())
              .put("has_expiration", Boolean.TRUE.equals(offer.hasExpiration()));
      case MessageTemplateOther other -> all.add(Json.MAPPER.valueToTree(other.payload()));
    }
  }

  private void card(ObjectNode node, MessageTemplateCard card) {
    ArrayNode parts = node.putArray("components");
    header(parts.addObject(), card.header());
    if (card.body() != null) {
      body(parts.addObject(), card.body());
    }
    if (card.buttons() != null) {
      buttons(parts.addObject(), card.buttons());
    }
  }

  private void header(ObjectNode node, MessageTemplateHeader header) {
    node.put("type", "HEADER").put("format", upper(header.format().value()));
    text(node, "text", header.text());
    if (header.mediaHandle() != null) {
      node.putObject("example").putArray("header_handle").add(header.mediaHandle());
    } else if (header.examples() != null && !header.examples().isEmpty()) {
      examples(node.putObject("example"), "header_text", header.examples(), false);
    }
  }

  private void body(ObjectNode node, MessageTemplateBody body) {
    node.put("type", "BODY");
    text(node, "text", body.text());
    if (body.addSecurityRecommendation() != null) {
      node.put("add_security_recommendation", body.addSecurityRecommendation());
    }
    if (body.examples() != null && !body.examples().isEmpty()) {
      examples(node.putObject("example"), "body_text", body.examples(), true);
    }
  }

  /// Of named parameters each example has its name; of the others, those of the body stand in an
  /// array of their own.
  private void examples(
      ObjectNode node, String member, List<MessageTemplateExample> examples, boolean nested) {
    if (named) {
      ArrayNode all = node.putArray(member + "_named_params");
      examples.forEach(e -> all.addObject().put("param_name", e.name()).put("example", e.value()));
      return;
    }
    ArrayNode all = nested ? node.putArray(member).addArray() : node.putArray(member);
    examples.forEach(example -> all.add(example.value()));
  }

  private static void buttons(ObjectNode node, List<MessageTemplateButton> buttons) {
    ArrayNode all = node.put("type", "BUTTONS").putArray("buttons");
    buttons.forEach(button -> button(all.addObject(), button));
  }

  private static void button(ObjectNode node, MessageTemplateButton button) {
    node.put("type", type(button.type()));
    text(node, "text", button.text());
    text(node, "url", button.url());
    text(node, "phone_number", button.phoneNumber());
    text(node, "flow_id", button.flowId());
    text(node, "flow_name", button.flowName());
    text(node, "navigate_screen", button.navigateScreen());
    text(node, "autofill_text", button.autofillText());
    if (button.flowAction() != null) {
      node.put("flow_action", button.flowAction().value());
    }
    if (button.otpType() != null) {
      node.put("otp_type", upper(button.otpType().value()));
    }
    if (button.zeroTapTermsAccepted() != null) {
      node.put("zero_tap_terms_accepted", button.zeroTapTermsAccepted());
    }
    if (button.exampleValue() != null) {
      example(node, button.type(), button.exampleValue());
    }
    if (button.supportedApps() != null) {
      ArrayNode apps = node.putArray("supported_apps");
      button
          .supportedApps()
          .forEach(
              app ->
                  apps.addObject()
                      .put("package_name", app.packageName())
                      .put("signature_hash", app.signatureHash()));
    }
  }

  /// Meta, "Template components › Buttons": a list for links, a text for codes.
  private static void example(ObjectNode node, MessageTemplateButtonType type, String value) {
    if (type == MessageTemplateButtonType.URL) {
      node.putArray("example").add(value);
    } else {
      node.put("example", value);
    }
  }

  private static String type(MessageTemplateButtonType type) {
    return switch (type) {
      case MULTI_PRODUCT -> "MPM";
      case SINGLE_PRODUCT -> "SPM";
      case QUICK_REPLY, URL, PHONE_NUMBER, COPY_CODE, FLOW, OTP, CATALOG, VOICE_CALL, OTHER ->
          upper(type.value());
    };
  }

  private static void text(ObjectNode node, String member, @Nullable String value) {
    if (value != null) {
      node.put(member, value);
    }
  }

  private static String upper(String value) {
    return value.toUpperCase(Locale.ROOT);
  }
}

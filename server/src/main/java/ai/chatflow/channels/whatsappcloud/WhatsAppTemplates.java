package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.api.model.TemplateComponent;
import ai.chatflow.api.model.TemplateContent;
import ai.chatflow.api.model.TemplateParameter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// Writes templates with their values. Source: Meta, "Template messages".
final class WhatsAppTemplates {
  private WhatsAppTemplates() {}

  static void write(ObjectNode node, TemplateContent template) {
    node.put("name", template.name());
    node.putObject("language").put("policy", "deterministic").put("code", template.language());
    if (template.components() != null) {
      ArrayNode components = node.putArray("components");
      template.components().forEach(component -> write(components.addObject(), component));
    }
  }

  private static void write(ObjectNode node, TemplateComponent component) {
    node.put("type", component.type().value());
    if (component.subType() != null) {
      node.put("sub_type", component.subType().value());
    }
    if (component.index() != null) {
      node.put("index", component.index().toString());
    }
    if (component.parameters() != null) {
      ArrayNode parameters = node.putArray("parameters");
      component
          .parameters()
          .forEach(parameter -> write(parameters.addObject(), component.subType(), parameter));
    }
  }

  private static void write(
      ObjectNode node,
      TemplateComponent.@Nullable SubTypeEnum button,
      TemplateParameter parameter) {
    if (parameter.name() != null) {
      node.put("parameter_name", parameter.name());
    }
    switch (parameter.type()) {
      case TEXT -> node.put("type", "text").put("text", parameter.text());
      case COUPON_CODE -> node.put("type", "coupon_code").put("coupon_code", parameter.text());
      case PAYLOAD -> payload(node, button, parameter.payload());
      case IMAGE -> media(node, "image", parameter);
      case VIDEO -> media(node, "video", parameter);
      case DOCUMENT -> media(node, "document", parameter);
    }
  }

  /// Buttons that open a Flow or the catalogue carry their payload as an action.
  private static void payload(
      ObjectNode node, TemplateComponent.@Nullable SubTypeEnum button, String payload) {
    if (button == TemplateComponent.SubTypeEnum.FLOW) {
      node.put("type", "action").putObject("action").put("flow_token", payload);
    } else if (button == TemplateComponent.SubTypeEnum.CATALOG) {
      node.put("type", "action").putObject("action").put("thumbnail_product_retailer_id", payload);
    } else {
      node.put("type", "payload").put("payload", payload);
    }
  }

  private static void media(ObjectNode node, String type, TemplateParameter parameter) {
    node.put("type", type).putObject(type).put("link", parameter.url().toString());
  }
}

package ai.chatflow.content;

import ai.chatflow.api.model.TemplateComponent;
import ai.chatflow.api.model.TemplateContent;
import ai.chatflow.api.model.TemplateParameter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Rules of templates: each value is of the kind that it says it is, each button says which one.
final class TemplateRules {
  private static final Set<String> HTTPS = Set.of("https");

  private TemplateRules() {}

  static void check(TemplateContent content, Findings found) {
    if (content.components() == null) {
      return;
    }
    for (int i = 0; i < content.components().size(); i++) {
      component("/components/" + i, content.components().get(i), found);
    }
  }

  private static void component(String pointer, TemplateComponent component, Findings found) {
    if (component.type() == TemplateComponent.TypeEnum.BUTTON) {
      if (component.subType() == null) {
        found.add(pointer + "/sub_type", "required", "A button says of which kind it is.");
      }
      if (component.index() == null) {
        found.add(pointer + "/index", "required", "A button says which one it is.");
      }
    }
    if (component.parameters() == null) {
      return;
    }
    for (int i = 0; i < component.parameters().size(); i++) {
      parameter(pointer + "/parameters/" + i, component.parameters().get(i), found);
    }
  }

  private static void parameter(String pointer, TemplateParameter parameter, Findings found) {
    switch (parameter.type()) {
      case TEXT, COUPON_CODE -> present(pointer + "/text", parameter.text(), found);
      case PAYLOAD -> present(pointer + "/payload", parameter.payload(), found);
      case IMAGE, VIDEO, DOCUMENT -> found.link(pointer + "/url", parameter.url(), HTTPS);
    }
  }

  private static void present(String pointer, @Nullable String value, Findings found) {
    if (value == null || value.isEmpty()) {
      found.add(pointer, "required", "A parameter of this type needs a value here.");
    }
  }
}

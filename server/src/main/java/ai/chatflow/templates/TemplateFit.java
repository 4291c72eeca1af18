package ai.chatflow.templates;

import ai.chatflow.api.model.MessageTemplateBody;
import ai.chatflow.api.model.MessageTemplateButton;
import ai.chatflow.api.model.MessageTemplateButtonType;
import ai.chatflow.api.model.MessageTemplateButtons;
import ai.chatflow.api.model.MessageTemplateCarousel;
import ai.chatflow.api.model.MessageTemplateCategory;
import ai.chatflow.api.model.MessageTemplateComponent;
import ai.chatflow.api.model.MessageTemplateFooter;
import ai.chatflow.api.model.MessageTemplateHeader;
import ai.chatflow.api.model.MessageTemplateLimitedTimeOffer;
import ai.chatflow.api.model.MessageTemplateOther;
import ai.chatflow.api.model.TemplateComponent;
import ai.chatflow.api.model.TemplateContent;
import ai.chatflow.api.model.TemplateParameter;
import ai.chatflow.platform.errors.FieldError;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Whether the values of a message fit its template: their number and names, the kind of the
/// header, and the buttons. Source: Meta, "Template messages". Where a template has parts that
/// messages cannot fill (a carousel, a location), the provider decides.
final class TemplateFit {
  private static final String COMPONENTS = "/content/components";

  private final TemplateContent content;
  private final boolean authentication;
  private final Faults found = new Faults(COMPONENTS);

  private TemplateFit(@Nullable MessageTemplateCategory category, TemplateContent content) {
    this.content = content;
    this.authentication = category == MessageTemplateCategory.AUTHENTICATION;
  }

  static List<FieldError> check(
      @Nullable MessageTemplateCategory category,
      List<MessageTemplateComponent> template,
      TemplateContent content) {
    if (template.stream().anyMatch(TemplateFit::cannotBeFilled)) {
      return List.of();
    }
    var fit = new TemplateFit(category, content);
    fit.header(only(template, MessageTemplateHeader.class));
    fit.body(only(template, MessageTemplateBody.class));
    var buttons = only(template, MessageTemplateButtons.class);
    fit.buttons(buttons == null ? List.of() : buttons.buttons());
    return fit.found.all();
  }

  private static boolean cannotBeFilled(MessageTemplateComponent component) {
    return switch (component) {
      case MessageTemplateHeader header ->
          switch (header.format()) {
            case TEXT, IMAGE, VIDEO, DOCUMENT -> false;
            case LOCATION, PRODUCT, OTHER -> true;
          };
      case MessageTemplateBody _, MessageTemplateFooter _, MessageTemplateButtons _ -> false;
      case MessageTemplateCarousel _, MessageTemplateLimitedTimeOffer _, MessageTemplateOther _ ->
          true;
    };
  }

  private static <T> @Nullable T only(List<MessageTemplateComponent> template, Class<T> type) {
    return template.stream().filter(type::isInstance).map(type::cast).findFirst().orElse(null);
  }

  private void header(@Nullable MessageTemplateHeader header) {
    var given = given(TemplateComponent.TypeEnum.HEADER);
    if (header == null) {
      none(given, "The template has no header.");
      return;
    }
    switch (header.format()) {
      case TEXT -> texts(given, "header", Variables.of(header.text()).names());
      case IMAGE -> media(given, TemplateParameter.TypeEnum.IMAGE);
      case VIDEO -> media(given, TemplateParameter.TypeEnum.VIDEO);
      case DOCUMENT -> media(given, TemplateParameter.TypeEnum.DOCUMENT);
      case LOCATION, PRODUCT, OTHER -> {
        // not reached: such a template is not held against its values
      }
    }
  }

  private void body(@Nullable MessageTemplateBody body) {
    var given = given(TemplateComponent.TypeEnum.BODY);
    // the text of a one-time password is the provider's, and has the code as its one value
    var names =
        authentication ? List.of("1") : Variables.of(body == null ? null : body.text()).names();
    texts(given, "body", names);
  }

  private void buttons(List<MessageTemplateButton> buttons) {
    var components = components();
    var seen = new HashSet<Integer>();
    for (int i = 0; i < components.size(); i++) {
      var component = components.get(i);
      if (component.type() == TemplateComponent.TypeEnum.BUTTON && component.index() != null) {
        int index = component.index();
        if (index >= buttons.size()) {
          found.at(i).at("index").add("not_found", "The template has no such button.");
        } else if (!seen.add(index)) {
          found.at(i).at("index").add("not_unique", "Each button once.");
        } else {
          button(buttons.get(index), component, found.at(i));
        }
      }
    }
    for (int index = 0; index < buttons.size(); index++) {
      if (needsValue(buttons.get(index)) && !seen.contains(index)) {
        found.add("required", "The button " + index + " needs a value.");
      }
    }
  }

  private void button(MessageTemplateButton button, TemplateComponent given, Faults at) {
    int values = parameters(given).size();
    if (needsValue(button) && values != 1) {
      at.at("parameters").add(values == 0 ? "required" : "too_many", "This button has one value.");
    }
    if (button.type() == MessageTemplateButtonType.URL && !needsValue(button) && values > 0) {
      at.at("parameters").add("too_many", "The link of this button has no variable.");
    }
    var expected = subType(button.type());
    if (expected != null && given.subType() != null && given.subType() != expected) {
      at.at("sub_type").add("wrong_type", "The button is of the type " + expected + ".");
    }
  }

  private static boolean needsValue(MessageTemplateButton button) {
    return switch (button.type()) {
      case URL -> !Variables.of(button.url()).none();
      case COPY_CODE, OTP -> true;
      case QUICK_REPLY,
          PHONE_NUMBER,
          FLOW,
          CATALOG,
          MULTI_PRODUCT,
          SINGLE_PRODUCT,
          VOICE_CALL,
          OTHER ->
          false;
    };
  }

  /// Messages fill a one-time password as if its button were a link. Null where a message has no
  /// word for the button.
  private static TemplateComponent.@Nullable SubTypeEnum subType(MessageTemplateButtonType type) {
    return switch (type) {
      case QUICK_REPLY -> TemplateComponent.SubTypeEnum.QUICK_REPLY;
      case URL, OTP -> TemplateComponent.SubTypeEnum.URL;
      case COPY_CODE -> TemplateComponent.SubTypeEnum.COPY_CODE;
      case FLOW -> TemplateComponent.SubTypeEnum.FLOW;
      case CATALOG -> TemplateComponent.SubTypeEnum.CATALOG;
      case PHONE_NUMBER, MULTI_PRODUCT, SINGLE_PRODUCT, VOICE_CALL, OTHER -> null;
    };
  }

  /// The place of a component in the message; -1 when it is not there.
  private int given(TemplateComponent.TypeEnum type) {
    var components = components();
    for (int i = 0; i < components.size(); i++) {
      if (components.get(i).type() == type) {
        return i;
      }
    }
    return -1;
  }

  private void none(int place, String detail) {
    if (place >= 0 && !parameters(components().get(place)).isEmpty()) {
      found.at(place).add("not_allowed", detail);
    }
  }

  private void media(int place, TemplateParameter.TypeEnum type) {
    if (place < 0) {
      found.add("required", "The header needs a value of the type " + type.value() + ".");
      return;
    }
    var parameters = parameters(components().get(place));
    var at = found.at(place).at("parameters");
    if (parameters.size() != 1) {
      at.add(parameters.isEmpty() ? "required" : "too_many", "The header has one value.");
    } else if (parameters.getFirst().type() != type) {
      at.at(0).at("type").add("wrong_type", "Must be " + type.value() + ".");
    }
  }

  private void texts(int place, String part, List<String> names) {
    if (place < 0) {
      if (!names.isEmpty()) {
        found.add("required", "The " + part + " needs " + names.size() + " values.");
      }
      return;
    }
    var parameters = parameters(components().get(place));
    var at = found.at(place).at("parameters");
    if (parameters.size() != names.size()) {
      at.add(
          parameters.size() < names.size() ? "required" : "too_many",
          "The " + part + " has " + names.size() + " values, not " + parameters.size() + ".");
    }
    boolean named = names.stream().anyMatch(name -> !Character.isDigit(name.charAt(0)));
    for (int i = 0; i < parameters.size(); i++) {
      var parameter = parameters.get(i);
      if (parameter.type() != TemplateParameter.TypeEnum.TEXT) {
        at.at(i).at("type").add("wrong_type", "Must be text.");
      }
      if (named && (parameter.name() == null || !names.contains(parameter.name()))) {
        at.at(i).at("name").add("not_found", "Must be one of " + String.join(", ", names) + ".");
      }
    }
  }

  private List<TemplateComponent> components() {
    return Objects.requireNonNullElse(content.components(), List.of());
  }

  private static List<TemplateParameter> parameters(TemplateComponent component) {
    return Objects.requireNonNullElse(component.parameters(), List.of());
  }
}

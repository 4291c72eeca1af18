package ai.chatflow.templates;

import ai.chatflow.api.model.MessageTemplateButton;
import ai.chatflow.api.model.MessageTemplateButtonType;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Rules of buttons. Source: Meta, "Template components › Buttons" (kinds, counts, lengths, quick
/// replies together), "Authentication templates" (one-time passwords).
final class ButtonRules {
  private static final int MOST = 10;
  private static final int TEXT = 25;
  private static final int URL = 2_000;
  private static final int PHONE_NUMBER = 20;
  private static final int CODE = 15;
  private static final Pattern DIGITS = Pattern.compile("\\+?[0-9]{4,20}");

  private ButtonRules() {}

  /// @param authentication in such a template there is one button, for the password
  static void check(List<MessageTemplateButton> buttons, boolean authentication, Faults found) {
    if (buttons.isEmpty() || buttons.size() > MOST) {
      found.add(buttons.isEmpty() ? "required" : "too_many", "One to " + MOST + " buttons.");
    }
    for (int i = 0; i < buttons.size(); i++) {
      check(buttons.get(i), authentication, found.at(i));
    }
    most(buttons, MessageTemplateButtonType.URL, 2, found);
    for (var type :
        List.of(
            MessageTemplateButtonType.PHONE_NUMBER,
            MessageTemplateButtonType.COPY_CODE,
            MessageTemplateButtonType.FLOW,
            MessageTemplateButtonType.OTP,
            MessageTemplateButtonType.CATALOG,
            MessageTemplateButtonType.MULTI_PRODUCT,
            MessageTemplateButtonType.SINGLE_PRODUCT,
            MessageTemplateButtonType.VOICE_CALL)) {
      most(buttons, type, 1, found);
    }
    if (turns(buttons) > 1) {
      found.add("not_grouped", "Quick replies stand together, before or after the other buttons.");
    }
  }

  private static void most(
      List<MessageTemplateButton> buttons, MessageTemplateButtonType type, int most, Faults found) {
    if (buttons.stream().filter(button -> button.type() == type).count() > most) {
      found.add("too_many", "At most " + most + " of the type " + type.value() + ".");
    }
  }

  /// How often a quick reply and another button stand beside each other.
  private static int turns(List<MessageTemplateButton> buttons) {
    int turns = 0;
    for (int i = 1; i < buttons.size(); i++) {
      boolean before = buttons.get(i - 1).type() == MessageTemplateButtonType.QUICK_REPLY;
      boolean now = buttons.get(i).type() == MessageTemplateButtonType.QUICK_REPLY;
      turns += before == now ? 0 : 1;
    }
    return turns;
  }

  private static void check(MessageTemplateButton button, boolean authentication, Faults found) {
    if (authentication != (button.type() == MessageTemplateButtonType.OTP)) {
      found
          .at("type")
          .add("not_allowed", "otp belongs to authentication templates, which have no other.");
      return;
    }
    switch (button.type()) {
      case QUICK_REPLY, CATALOG, MULTI_PRODUCT, SINGLE_PRODUCT, VOICE_CALL -> text(button, found);
      case URL -> url(button, found);
      case PHONE_NUMBER -> {
        text(button, found);
        found.at("phone_number").text(button.phoneNumber(), PHONE_NUMBER);
        if (button.phoneNumber() != null && !DIGITS.matcher(button.phoneNumber()).matches()) {
          found.at("phone_number").add("invalid_number", "Digits, with the country code.");
        }
      }
      case COPY_CODE -> {
        found.at("text").absent(button.text(), "The provider writes the text of this button.");
        found.at("example_value").text(button.exampleValue(), CODE);
      }
      case FLOW -> {
        text(button, found);
        if ((button.flowId() == null) == (button.flowName() == null)) {
          found.at("flow_id").add("required", "Either flow_id or flow_name.");
        }
      }
      case OTP -> oneTimePassword(button, found);
      case OTHER -> found.at("type").add("not_allowed", "other cannot be given.");
    }
  }

  private static void text(MessageTemplateButton button, Faults found) {
    found.at("text").text(button.text(), TEXT);
    if (!Variables.of(button.text()).none()) {
      found.at("text").add("invalid_variable", "No variables here.");
    }
  }

  /// One variable, at the end, and a whole link as example.
  private static void url(MessageTemplateButton button, Faults found) {
    text(button, found);
    String url = button.url();
    found.at("url").text(url, URL);
    if (url == null) {
      return;
    }
    var variables = Variables.of(url);
    String fixed = url.replaceAll("\\{\\{[^{}]*}}", "");
    if (!isLink(fixed)) {
      found.at("url").add("invalid_url", "Must be a link: https://….");
    }
    if (fixed.contains("{{") || fixed.contains("}}") || variables.names().size() > 1) {
      found.at("url").add("invalid_variable", "At most one variable.");
    } else if (!variables.none() && !url.endsWith("}}")) {
      found.at("url").add("invalid_variable", "The variable stands at the end.");
    }
    if (variables.none()) {
      found.at("example_value").absent(button.exampleValue(), "Only with a variable.");
    } else {
      found.at("example_value").text(button.exampleValue(), URL);
    }
  }

  private static boolean isLink(String text) {
    try {
      var link = URI.create(text);
      return link.getHost() != null
          && ("https".equalsIgnoreCase(link.getScheme())
              || "http".equalsIgnoreCase(link.getScheme()));
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static void oneTimePassword(MessageTemplateButton button, Faults found) {
    found.at("otp_type").present(button.otpType());
    if (button.otpType() == null) {
      return;
    }
    optional(found.at("text"), button.text());
    optional(found.at("autofill_text"), button.autofillText());
    switch (button.otpType()) {
      case COPY_CODE ->
          found.at("supported_apps").absent(button.supportedApps(), "Only with autofill.");
      case ONE_TAP -> found.at("supported_apps").present(button.supportedApps());
      case ZERO_TAP -> {
        found.at("supported_apps").present(button.supportedApps());
        if (!Boolean.TRUE.equals(button.zeroTapTermsAccepted())) {
          found.at("zero_tap_terms_accepted").add("required", "The terms have to be accepted.");
        }
      }
    }
  }

  private static void optional(Faults found, @Nullable String text) {
    if (text != null) {
      found.text(text, TEXT);
    }
  }
}

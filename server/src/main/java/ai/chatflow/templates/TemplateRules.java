package ai.chatflow.templates;

import ai.chatflow.api.model.MessageTemplateBody;
import ai.chatflow.api.model.MessageTemplateButtons;
import ai.chatflow.api.model.MessageTemplateCard;
import ai.chatflow.api.model.MessageTemplateCarousel;
import ai.chatflow.api.model.MessageTemplateCategory;
import ai.chatflow.api.model.MessageTemplateComponent;
import ai.chatflow.api.model.MessageTemplateFooter;
import ai.chatflow.api.model.MessageTemplateHeader;
import ai.chatflow.api.model.MessageTemplateLimitedTimeOffer;
import ai.chatflow.api.model.MessageTemplateOther;
import ai.chatflow.api.model.MessageTemplateParameterFormat;
import ai.chatflow.channels.TemplateCatalogue.Definition;
import ai.chatflow.platform.errors.FieldError;
import java.util.HashSet;
import java.util.List;

/// What can be said of a template before it is submitted, all at once. Source: Meta, "Template
/// components" (lengths, variables, examples), "Authentication templates", "Carousel templates",
/// "Limited-time offer templates".
final class TemplateRules {
  private static final int HEADER = 60;
  private static final int BODY = 1_024;
  private static final int FOOTER = 60;
  private static final int OFFER = 16;
  private static final int CARD_BODY = 160;
  private static final int MOST_CARDS = 10;
  private static final int MOST_CARD_BUTTONS = 2;
  private static final int LONGEST_EXPIRY = 90;

  private final MessageTemplateParameterFormat format;
  private final boolean authentication;

  private TemplateRules(Definition template) {
    this.format = template.parameterFormat();
    this.authentication = template.category() == MessageTemplateCategory.AUTHENTICATION;
  }

  /// Pointers are those of the request.
  static List<FieldError> check(Definition template) {
    var found = new Faults("");
    if (template.category() == MessageTemplateCategory.OTHER) {
      found.at("category").add("not_allowed", "other cannot be given.");
    }
    new TemplateRules(template).components(template.components(), found.at("components"));
    return found.all();
  }

  private void components(List<MessageTemplateComponent> components, Faults found) {
    var kinds = new HashSet<Class<?>>();
    for (int i = 0; i < components.size(); i++) {
      if (!kinds.add(components.get(i).getClass())) {
        found.at(i).at("type").add("not_unique", "A template has one part of each type.");
      }
      component(components.get(i), found.at(i));
    }
    if (!kinds.contains(MessageTemplateBody.class)) {
      found.add("required", "A template has a body.");
    }
    if (authentication && !kinds.contains(MessageTemplateButtons.class)) {
      found.add("required", "An authentication template has a button of the type otp.");
    }
    if (kinds.contains(MessageTemplateLimitedTimeOffer.class)
        && kinds.contains(MessageTemplateFooter.class)) {
      found.add("not_allowed", "Beside an offer that ends there is no footer.");
    }
  }

  private void component(MessageTemplateComponent component, Faults found) {
    if (authentication
        && (component instanceof MessageTemplateHeader
            || component instanceof MessageTemplateCarousel
            || component instanceof MessageTemplateLimitedTimeOffer)) {
      found.at("type").add("not_allowed", "Not in an authentication template.");
      return;
    }
    switch (component) {
      case MessageTemplateHeader header -> header(header, found);
      case MessageTemplateBody body -> body(body, BODY, found);
      case MessageTemplateFooter footer -> footer(footer, found);
      case MessageTemplateButtons buttons ->
          ButtonRules.check(buttons.buttons(), authentication, found.at("buttons"));
      case MessageTemplateCarousel carousel -> carousel(carousel, found.at("cards"));
      case MessageTemplateLimitedTimeOffer offer -> {
        found.at("text").text(offer.text(), OFFER);
        noVariables(Variables.of(offer.text()), found);
      }
      case MessageTemplateOther _ -> found.at("type").add("not_allowed", "other cannot be given.");
    }
  }

  private void header(MessageTemplateHeader header, Faults found) {
    switch (header.format()) {
      case TEXT -> {
        found.at("text").text(header.text(), HEADER);
        found.at("media_handle").absent(header.mediaHandle(), "Not with a text.");
        var variables = Variables.of(header.text());
        variables.check(format, header.examples(), found);
        if (variables.names().size() > 1) {
          found.at("text").add("invalid_variable", "At most one variable.");
        }
      }
      case IMAGE, VIDEO, DOCUMENT -> {
        noText(header, found);
        if (header.mediaHandle() == null || header.mediaHandle().isBlank()) {
          found.at("media_handle").add("required", "An example has to be given.");
        }
      }
      case LOCATION, PRODUCT -> {
        noText(header, found);
        found.at("media_handle").absent(header.mediaHandle(), "Only with a file.");
      }
      case OTHER -> found.at("format").add("not_allowed", "other cannot be given.");
    }
  }

  private static void noText(MessageTemplateHeader header, Faults found) {
    found.at("text").absent(header.text(), "Only with the format text.");
    found.at("examples").absent(header.examples(), "Only with the format text.");
  }

  private void body(MessageTemplateBody body, int most, Faults found) {
    if (authentication) {
      found.at("text").absent(body.text(), "The text of a password is the provider's.");
      found.at("examples").absent(body.examples(), "The text of a password is the provider's.");
      return;
    }
    found
        .at("add_security_recommendation")
        .absent(body.addSecurityRecommendation(), "Only in an authentication template.");
    found.at("text").text(body.text(), most);
    var variables = Variables.of(body.text());
    variables.check(format, body.examples(), found);
    variables.checkEnds(found.at("text"));
  }

  private void footer(MessageTemplateFooter footer, Faults found) {
    Integer minutes = footer.codeExpirationMinutes();
    if (authentication) {
      found.at("text").absent(footer.text(), "The text of a password is the provider's.");
      if (minutes == null || minutes < 1 || minutes > LONGEST_EXPIRY) {
        found.at("code_expiration_minutes").add("out_of_range", "1 to " + LONGEST_EXPIRY + ".");
      }
      return;
    }
    found.at("code_expiration_minutes").absent(minutes, "Only in an authentication template.");
    found.at("text").text(footer.text(), FOOTER);
    noVariables(Variables.of(footer.text()), found);
  }

  private static void noVariables(Variables variables, Faults found) {
    if (!variables.none()) {
      found.at("text").add("invalid_variable", "No variables here.");
    }
  }

  /// All cards look the same: the same kind of header, and the same buttons.
  private void carousel(MessageTemplateCarousel carousel, Faults found) {
    var cards = carousel.cards();
    if (cards.size() < 2 || cards.size() > MOST_CARDS) {
      found.add(cards.size() < 2 ? "required" : "too_many", "2 to " + MOST_CARDS + " cards.");
    }
    for (int i = 0; i < cards.size(); i++) {
      card(cards.get(i), found.at(i));
      if (!shape(cards.get(i)).equals(shape(cards.getFirst()))) {
        found.at(i).add("not_alike", "All cards have the same parts and buttons.");
      }
    }
  }

  private void card(MessageTemplateCard card, Faults found) {
    switch (card.header().format()) {
      case IMAGE, VIDEO, PRODUCT -> header(card.header(), found.at("header"));
      case TEXT, DOCUMENT, LOCATION, OTHER ->
          found.at("header").at("format").add("not_allowed", "An image, a video or a product.");
    }
    if (card.body() != null) {
      body(card.body(), CARD_BODY, found.at("body"));
    }
    if (card.buttons() == null) {
      found.at("buttons").add("required", "One or two buttons.");
    } else {
      ButtonRules.check(card.buttons(), authentication, found.at("buttons"));
      if (card.buttons().size() > MOST_CARD_BUTTONS) {
        found.at("buttons").add("too_many", "One or two buttons.");
      }
    }
  }

  private static List<Object> shape(MessageTemplateCard card) {
    return List.of(
        card.header().format(),
        card.body() != null,
        card.buttons() == null ? List.of() : card.buttons().stream().map(b -> b.type()).toList());
  }
}

package ai.chatflow.templates;

import ai.chatflow.api.model.MessageTemplateBody;
import ai.chatflow.api.model.MessageTemplateButton;
import ai.chatflow.api.model.MessageTemplateButtons;
import ai.chatflow.api.model.MessageTemplateCard;
import ai.chatflow.api.model.MessageTemplateCarousel;
import ai.chatflow.api.model.MessageTemplateCategory;
import ai.chatflow.api.model.MessageTemplateComponent;
import ai.chatflow.api.model.MessageTemplateFooter;
import ai.chatflow.api.model.MessageTemplateHeader;
import ai.chatflow.api.model.MessageTemplateLimitedTimeOffer;
import ai.chatflow.api.model.MessageTemplateOther;
import ai.chatflow.channels.TemplateCatalogue.Definition;
import java.util.HashSet;
import java.util.List;

/// Whether two templates say the same.
final class Contents {
  private Contents() {}

  /// The same but for the links to examples, which a provider makes anew at each look.
  static boolean same(List<MessageTemplateComponent> a, List<MessageTemplateComponent> b) {
    return a.equals(b)
        || a.stream()
            .map(Contents::withoutLinks)
            .toList()
            .equals(b.stream().map(Contents::withoutLinks).toList());
  }

  /// What a provider has is what was submitted: told by what people would read, since providers do
  /// not show all of what they were given. The text of one-time passwords is the provider's own.
  static boolean submittedAs(Definition has, Definition given) {
    if (given.category() == MessageTemplateCategory.AUTHENTICATION) {
      return has.category() == MessageTemplateCategory.AUTHENTICATION;
    }
    return new HashSet<>(words(has.components())).equals(new HashSet<>(words(given.components())));
  }

  private static List<Object> words(List<MessageTemplateComponent> components) {
    return components.stream().map(Contents::word).toList();
  }

  private static Object word(MessageTemplateComponent component) {
    return switch (component) {
      case MessageTemplateHeader header -> word(header);
      case MessageTemplateBody body -> word(body);
      case MessageTemplateFooter footer -> "footer " + footer.text();
      case MessageTemplateButtons buttons -> words("buttons", buttons.buttons());
      case MessageTemplateCarousel carousel ->
          carousel.cards().stream().map(Contents::word).toList();
      case MessageTemplateLimitedTimeOffer offer -> "offer " + offer.text();
      case MessageTemplateOther other -> other;
    };
  }

  private static List<Object> word(MessageTemplateCard card) {
    return List.of(
        word(card.header()),
        card.body() == null ? "" : word(card.body()),
        words("buttons", card.buttons() == null ? List.of() : card.buttons()));
  }

  private static String word(MessageTemplateHeader header) {
    return "header " + header.format() + " " + header.text();
  }

  private static String word(MessageTemplateBody body) {
    return "body " + body.text();
  }

  private static List<Object> words(String what, List<MessageTemplateButton> buttons) {
    return List.of(
        what, buttons.stream().map(b -> b.type() + " " + b.text() + " " + b.url()).toList());
  }

  private static Object withoutLinks(MessageTemplateComponent component) {
    return switch (component) {
      case MessageTemplateHeader header -> withoutLink(header);
      case MessageTemplateCarousel carousel ->
          carousel.cards().stream()
              .map(card -> card.toBuilder().header(withoutLink(card.header())).build())
              .toList();
      case MessageTemplateBody _,
          MessageTemplateFooter _,
          MessageTemplateButtons _,
          MessageTemplateLimitedTimeOffer _,
          MessageTemplateOther _ ->
          component;
    };
  }

  private static MessageTemplateHeader withoutLink(MessageTemplateHeader header) {
    return header.toBuilder().mediaHandle(null).build();
  }
}

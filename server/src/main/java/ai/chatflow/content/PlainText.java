package ai.chatflow.content;

import ai.chatflow.api.model.AudioContent;
import ai.chatflow.api.model.ButtonReplyContent;
import ai.chatflow.api.model.ButtonsContent;
import ai.chatflow.api.model.ContactCard;
import ai.chatflow.api.model.ContactsContent;
import ai.chatflow.api.model.CtaUrlContent;
import ai.chatflow.api.model.DocumentContent;
import ai.chatflow.api.model.FlowReplyContent;
import ai.chatflow.api.model.ImageContent;
import ai.chatflow.api.model.ListContent;
import ai.chatflow.api.model.ListReplyContent;
import ai.chatflow.api.model.LocationContent;
import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.OrderContent;
import ai.chatflow.api.model.ReactionContent;
import ai.chatflow.api.model.StickerContent;
import ai.chatflow.api.model.SystemContent;
import ai.chatflow.api.model.TemplateContent;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.api.model.UnsupportedContent;
import ai.chatflow.api.model.VideoContent;
import ai.chatflow.content.Choices.Choice;
import java.math.BigDecimal;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Contents written out as text. What ChatFlow adds to them is plain ASCII: a dash or a bullet
/// beyond GSM 7 would make every part of an SMS half as long.
final class PlainText {
  /// "Maps URLs" of Google: documented, needs no key, and opens the map application of the phone,
  /// where a link to OpenStreetMap opens a web page.
  private static final String MAP = "https://www.google.com/maps/search/?api=1&query=";

  private PlainText() {}

  /// Empty when it cannot be said in a text, or when a file has no link.
  static Optional<String> of(MessageContent content) {
    return switch (content) {
      case TextContent text -> Optional.of(text.text());
      case ImageContent image -> link(image.caption(), image.url());
      case VideoContent video -> link(video.caption(), video.url());
      case AudioContent audio -> link(null, audio.url());
      case DocumentContent document -> link(named(document), document.url());
      case StickerContent sticker -> link(null, sticker.url());
      case LocationContent location -> Optional.of(place(location));
      case ContactsContent cards ->
          Optional.of(blocks(cards.contacts().stream().map(PlainText::card)));
      case ButtonsContent buttons ->
          Optional.of(
              blocks(
                  Stream.of(
                      buttons.header(), buttons.text(), numbered(buttons), buttons.footer())));
      case ListContent list ->
          Optional.of(blocks(Stream.of(list.header(), list.text(), numbered(list), list.footer())));
      case CtaUrlContent cta ->
          Optional.of(
              blocks(
                  Stream.of(
                      cta.header(),
                      cta.text(),
                      cta.displayText() + ": " + cta.url(),
                      cta.footer())));
      case TemplateContent _,
          ReactionContent _,
          ButtonReplyContent _,
          ListReplyContent _,
          FlowReplyContent _,
          OrderContent _,
          SystemContent _,
          UnsupportedContent _ ->
          Optional.empty();
    };
  }

  private static Optional<String> link(@Nullable String caption, @Nullable URI url) {
    return Optional.ofNullable(url).map(link -> lines(Stream.of(caption, link.toString())));
  }

  private static @Nullable String named(DocumentContent document) {
    return document.caption() == null ? document.filename() : document.caption();
  }

  private static String place(LocationContent location) {
    return lines(
        Stream.of(
            location.name(),
            location.address(),
            MAP + degrees(location.latitude()) + "," + degrees(location.longitude())));
  }

  /// Without an exponent, which small numbers would have.
  private static String degrees(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  private static String card(ContactCard card) {
    var said = new ArrayList<@Nullable String>();
    said.add(card.name().formattedName());
    said.add(card.organization());
    if (card.phones() != null) {
      card.phones().forEach(phone -> said.add(phone.phone()));
    }
    if (card.emails() != null) {
      card.emails().forEach(email -> said.add(email.email()));
    }
    return lines(said.stream());
  }

  private static String numbered(ButtonsContent buttons) {
    return numbered(Choices.of(buttons).all(), 0, 0);
  }

  /// Numbers run through all sections.
  private static String numbered(ListContent list) {
    List<Choice> all = Choices.of(list).all();
    var sections = new ArrayList<@Nullable String>();
    int before = 0;
    for (int i = 0; i < list.sections().size(); i++) {
      var section = list.sections().get(i);
      sections.add(lines(Stream.of(section.title(), numbered(all, i, before))));
      before += section.rows().size();
    }
    return blocks(sections.stream());
  }

  private static String numbered(List<Choice> all, int section, int before) {
    var lines = new ArrayList<@Nullable String>();
    int number = before;
    for (Choice choice : all) {
      if (choice.section() == section) {
        number++;
        lines.add(number + ". " + choice.title() + described(choice));
      }
    }
    return lines(lines.stream());
  }

  private static String described(Choice choice) {
    return choice.description() == null || choice.description().isBlank()
        ? ""
        : " - " + choice.description();
  }

  private static String lines(Stream<@Nullable String> parts) {
    return joined(parts, "\n");
  }

  private static String blocks(Stream<@Nullable String> parts) {
    return joined(parts, "\n\n");
  }

  private static String joined(Stream<@Nullable String> parts, String between) {
    return parts
        .filter(Objects::nonNull)
        .filter(part -> !part.isBlank())
        .collect(Collectors.joining(between));
  }
}

package ai.chatflow.content;

import ai.chatflow.api.model.ButtonReplyContent;
import ai.chatflow.api.model.ButtonsContent;
import ai.chatflow.api.model.ImageContent;
import ai.chatflow.api.model.ListContent;
import ai.chatflow.api.model.ListReplyContent;
import ai.chatflow.api.model.ListRow;
import ai.chatflow.api.model.ListSection;
import ai.chatflow.api.model.MessageAdaptation;
import ai.chatflow.api.model.MessageAdaptation.ReasonEnum;
import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.StickerContent;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.platform.errors.FieldError;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The nearest form in which a channel carries what it cannot carry as it is: buttons become
/// numbered text, a place becomes a link, and so on.
///
/// What was asked for is what is stored and shown; the other form is made of it when it is sent, by
/// `inForm`, which needs nothing but the `MessageAdaptation`s that were settled on acceptance. So
/// nothing else has to be stored, and what leaves is what was checked, whatever becomes of the
/// channel's settings meanwhile.
public final class Fallback {
  /// What opens a list that was made of buttons, which have no word for that.
  private static final String OPEN = "Options";

  private Fallback() {}

  /// Whether a content can be sent, and how.
  public sealed interface Result {
    /// @param content as the channel is given it
    /// @param adaptations empty when that is what was asked for
    record Carried(MessageContent content, List<MessageAdaptation> adaptations) implements Result {
      public Carried {
        adaptations = List.copyOf(adaptations);
      }
    }

    /// @param errors with pointers relative to the content
    record Refused(List<FieldError> errors) implements Result {
      public Refused {
        errors = List.copyOf(errors);
      }
    }
  }

  /// The content as it is where the channel carries its type, otherwise in the first form that the
  /// channel carries and that keeps its limits. Of a type that is carried, only buttons change,
  /// into a list, when there are too many of them.
  public static Result adapt(Capabilities can, MessageContent content) {
    if (!(unchanged(can, content) instanceof Result.Refused refused)) {
      return new Result.Carried(content, List.of());
    }
    ContentType type = ContentType.of(content);
    List<FieldError> malformed = ContentRules.check(Capabilities.BOUNDLESS, content);
    if (!can.sendable().contains(type)) {
      return malformed.isEmpty()
          ? inAnyForm(can, content, type, refused)
          : new Result.Refused(malformed);
    }
    if (malformed.isEmpty()
        && content instanceof ButtonsContent buttons
        && buttons.buttons().size() > can.buttons().count()
        && can.sendable().contains(ContentType.LIST)) {
      MessageContent list = list(buttons);
      if (ContentRules.check(can, list).isEmpty()) {
        return carried(list, type, ContentType.LIST, ReasonEnum.TOO_MANY, can.buttons().count());
      }
    }
    return refused;
  }

  /// The content as it is or not at all.
  public static Result unchanged(Capabilities can, MessageContent content) {
    List<FieldError> errors = ContentRules.check(can, content);
    return errors.isEmpty() ? new Result.Carried(content, List.of()) : new Result.Refused(errors);
  }

  /// The forms that a channel carries of a type that it does not, best first.
  static List<ContentType> forms(Capabilities can, ContentType type) {
    Stream<ContentType> forms =
        switch (type) {
          case BUTTONS -> Stream.of(ContentType.LIST, ContentType.TEXT);
          case STICKER -> Stream.of(ContentType.IMAGE, ContentType.TEXT);
          case IMAGE, VIDEO, AUDIO, DOCUMENT, LOCATION, CONTACTS, LIST, CTA_URL ->
              Stream.of(ContentType.TEXT);
          // a reaction or a template says nothing by itself
          case TEXT, TEMPLATE, REACTION -> Stream.of();
          case BUTTON_REPLY, LIST_REPLY, FLOW_REPLY, ORDER, SYSTEM, UNSUPPORTED -> Stream.of();
        };
    return forms.filter(can.sendable()::contains).toList();
  }

  /// Whether what people can choose from may reach them as text.
  public static boolean asksInText(Capabilities can) {
    return !can.sendable().contains(ContentType.BUTTONS)
        || !can.sendable().contains(ContentType.LIST);
  }

  /// What a person chose by typing the number or the title of a button or a row, as if it had been
  /// pressed; empty when it is neither.
  public static Optional<MessageContent> answer(MessageContent asked, String said) {
    return Choices.of(asked)
        .typed(said)
        .map(
            choice ->
                asked instanceof ButtonsContent
                    ? ButtonReplyContent.builder()
                        .id(choice.id())
                        .title(choice.title())
                        .typedText(said)
                        .build()
                    : ListReplyContent.builder()
                        .id(choice.id())
                        .title(choice.title())
                        .description(choice.description())
                        .typedText(said)
                        .build());
  }

  /// What is sent of a content that was accepted with these adaptations.
  public static MessageContent inForm(MessageContent content, List<MessageAdaptation> adaptations) {
    MessageContent form = content;
    for (MessageAdaptation adaptation : adaptations) {
      form = as(form, ContentType.of(adaptation.to())).orElse(form);
    }
    return form;
  }

  private static Result inAnyForm(
      Capabilities can, MessageContent content, ContentType type, Result refused) {
    Result result = refused;
    for (ContentType form : forms(can, type)) {
      Optional<MessageContent> made = as(content, form);
      if (made.isEmpty()) {
        result = new Result.Refused(List.of(noLink(type)));
      } else if (ContentRules.check(can, made.get()).isEmpty()) {
        return carried(made.get(), type, form, ReasonEnum.NOT_SUPPORTED, null);
      } else {
        result = new Result.Refused(List.of(tooLong(can, type, made.get())));
      }
    }
    return result;
  }

  private static Result carried(
      MessageContent made,
      ContentType from,
      ContentType to,
      ReasonEnum reason,
      @Nullable Integer limit) {
    return new Result.Carried(
        made, List.of(new MessageAdaptation(from.sendable(), to.sendable(), reason, limit)));
  }

  private static Optional<MessageContent> as(MessageContent content, ContentType form) {
    if (form == ContentType.LIST && content instanceof ButtonsContent buttons) {
      return Optional.of(list(buttons));
    }
    if (form == ContentType.IMAGE && content instanceof StickerContent sticker) {
      return Optional.of(image(sticker));
    }
    return form == ContentType.TEXT
        ? PlainText.of(content).map(text -> TextContent.builder().text(text).build())
        : Optional.empty();
  }

  private static ListContent list(ButtonsContent buttons) {
    List<ListRow> rows =
        buttons.buttons().stream()
            .map(button -> ListRow.builder().id(button.id()).title(button.title()).build())
            .toList();
    return ListContent.builder()
        .text(buttons.text())
        .header(buttons.header())
        .footer(buttons.footer())
        .button(OPEN)
        .sections(List.of(ListSection.builder().rows(rows).build()))
        .build();
  }

  private static ImageContent image(StickerContent sticker) {
    return ImageContent.builder()
        .mediaId(sticker.mediaId())
        .url(sticker.url())
        .providerMediaId(sticker.providerMediaId())
        .mimeType(sticker.mimeType())
        .sha256(sticker.sha256())
        .build();
  }

  private static FieldError noLink(ContentType type) {
    return new FieldError(
        "/url",
        "required",
        "This channel cannot send " + type.wireName() + "; give a public link to send instead.");
  }

  private static FieldError tooLong(Capabilities can, ContentType type, MessageContent made) {
    String text = made instanceof TextContent written ? written.text() : "";
    return new FieldError(
        "",
        "too_long",
        "This channel cannot send %s; as text it has %d characters, and at most %d are carried."
            .formatted(type.wireName(), text.codePointCount(0, text.length()), can.text()));
  }
}

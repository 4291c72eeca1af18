package ai.chatflow.content;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a channel can carry: limits as data, so that content is refused before it is queued and not
/// by the provider. Lengths are code points, as in JSON Schema.
///
/// @param sendable the kinds that can be sent at all
/// @param text longest plain text
/// @param caption longest caption of a picture, video or document
/// @param heading longest header and longest footer
/// @param buttons limits of a message with reply buttons
/// @param list limits of a message with a list
/// @param cta limits of a message with a link button
/// @param idBytes longest id of a button or row in bytes of UTF-8
/// @param contactCards most cards in one message
/// @param window how long after a message of the person anything but a template can be sent; null
///   when there is no such window
/// @param files what files of the workspace can be, by type of content; where none is said, all
public record Capabilities(
    Set<ContentType> sendable,
    int text,
    int caption,
    int heading,
    Buttons buttons,
    Rows list,
    Link cta,
    int idBytes,
    int contactCards,
    @Nullable Duration window,
    Map<ContentType, FileLimit> files) {
  private static final int MAX = Integer.MAX_VALUE;

  /// No limits at all: what even this does not carry is wrong in itself.
  static final Capabilities BOUNDLESS =
      new Capabilities(
          EnumSet.range(ContentType.TEXT, ContentType.REACTION),
          MAX,
          MAX,
          MAX,
          new Buttons(MAX, MAX, MAX, MAX),
          new Rows(MAX, MAX, MAX, MAX, MAX, MAX, MAX, MAX),
          new Link(MAX, MAX),
          MAX,
          MAX,
          null);

  public Capabilities {
    sendable = Set.copyOf(sendable);
    files = Map.copyOf(files);
  }

  /// Without limits of files.
  public Capabilities(
      Set<ContentType> sendable,
      int text,
      int caption,
      int heading,
      Buttons buttons,
      Rows list,
      Link cta,
      int idBytes,
      int contactCards,
      @Nullable Duration window) {
    this(
        sendable,
        text,
        caption,
        heading,
        buttons,
        list,
        cta,
        idBytes,
        contactCards,
        window,
        Map.of());
  }

  /// The same, with limits of files.
  public Capabilities withFiles(Map<ContentType, FileLimit> limits) {
    return new Capabilities(
        sendable,
        text,
        caption,
        heading,
        buttons,
        list,
        cta,
        idBytes,
        contactCards,
        window,
        limits);
  }

  /// Reply buttons: longest body, most buttons, longest title and id.
  public record Buttons(int body, int count, int title, int id) {}

  /// Lists: longest body, longest label of what opens it, most rows in all and most sections,
  /// longest section title, row title, row description and row id.
  public record Rows(
      int body,
      int label,
      int rows,
      int sections,
      int sectionTitle,
      int title,
      int description,
      int id) {}

  /// Link buttons: longest body and longest label.
  public record Link(int body, int label) {}

  /// What WhatsApp carries (Cloud API, "Messages" reference, as of v23).
  public static Capabilities whatsApp() {
    return new Capabilities(
        EnumSet.range(ContentType.TEXT, ContentType.REACTION),
        4_096,
        1_024,
        60,
        new Buttons(1_024, 3, 20, 256),
        new Rows(4_096, 20, 10, 10, 24, 24, 72, 200),
        new Link(1_024, 20),
        1_024,
        257,
        Duration.ofHours(24),
        FileLimit.whatsApp());
  }

  /// What an SMS carries: text, in as many parts as Twilio takes ("Message resource", `Body`).
  public static Capabilities sms() {
    return new Capabilities(
        EnumSet.of(ContentType.TEXT),
        1_600,
        0,
        0,
        new Buttons(0, 0, 0, 0),
        new Rows(0, 0, 0, 0, 0, 0, 0, 0),
        new Link(0, 0),
        0,
        0,
        null);
  }

  /// The same, sendable at any time.
  public Capabilities withoutWindow() {
    return new Capabilities(
        sendable, text, caption, heading, buttons, list, cta, idBytes, contactCards, null, files);
  }
}

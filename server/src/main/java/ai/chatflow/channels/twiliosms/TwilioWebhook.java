package ai.chatflow.channels.twiliosms;

import ai.chatflow.api.model.AudioContent;
import ai.chatflow.api.model.ContactIdentity;
import ai.chatflow.api.model.ContactIdentityKind;
import ai.chatflow.api.model.DocumentContent;
import ai.chatflow.api.model.ImageContent;
import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.MessageError;
import ai.chatflow.api.model.MessageStatus;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.api.model.UnsupportedContent;
import ai.chatflow.api.model.VideoContent;
import ai.chatflow.channels.InboundUpdate;
import ai.chatflow.channels.InboundUpdate.MessageIn;
import ai.chatflow.channels.InboundUpdate.NoticeIn;
import ai.chatflow.channels.InboundUpdate.Origin;
import ai.chatflow.channels.InboundUpdate.PreferenceIn;
import ai.chatflow.channels.InboundUpdate.StatusIn;
import ai.chatflow.channels.Party;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.channels.wire.UnreadableItem;
import ai.chatflow.platform.ids.MessageId;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads a webhook: a message of a person (Twilio, "Twilio's request to your incoming message
/// Webhook URL"), or what became of one of ours ("Track the Message Status of Outbound Messages").
/// Twilio gives neither a time. What is not known, or does not have the shape that it should, is
/// kept whole.
///
/// @param partial something of a known kind could not be read: keep the raw body, so that it can be
///   read again by a better parser
public record TwilioWebhook(List<InboundUpdate> updates, boolean partial) {
  private static final Pattern NUMBER = Pattern.compile("\\+[1-9][0-9]{6,14}");
  private static final Pattern SID = Pattern.compile("[A-Za-z0-9]{10,64}");
  private static final int MOST_MEDIA = 10;
  private static final int LONGEST_LINK = 2_048;
  private static final int LONGEST_TEXT = 65_536;
  private static final int LONGEST_CAPTION = 4_096;
  private static final int LONGEST_KIND = 200;
  private static final int LONGEST_CODE = 60;
  private static final int LONGEST_REASON = 1_000;

  /// What `MessageStatus` of an inbound message would say.
  private static final Set<String> INBOUND = Set.of("receiving", "received");

  public TwilioWebhook {
    updates = List.copyOf(updates);
  }

  /// Never throws.
  ///
  /// @param fields of the form
  /// @param ours what we gave Twilio to carry along with a send; null where there was nothing
  static TwilioWebhook parse(ObjectNode fields, @Nullable MessageId ours, Instant receivedAt) {
    try {
      return read(fields, ours, receivedAt);
    } catch (UnreadableItem e) {
      return broken(fields, e.detail(), receivedAt);
    } catch (RuntimeException e) {
      // a fault of ours must not lose what somebody wrote
      return broken(fields, "could not be read: " + e.getClass().getSimpleName(), receivedAt);
    }
  }

  private static TwilioWebhook broken(ObjectNode fields, String detail, Instant at) {
    return new TwilioWebhook(List.of(new NoticeIn("message", detail, fields, at)), true);
  }

  private static TwilioWebhook read(
      ObjectNode fields, @Nullable MessageId ours, Instant receivedAt) {
    String status = Json.text(fields, "MessageStatus");
    if (status != null && !INBOUND.contains(status)) {
      return new TwilioWebhook(List.of(status(fields, status, ours, receivedAt)), false);
    }
    if (!fields.has("From") && !fields.has("Body")) {
      return new TwilioWebhook(List.of(new NoticeIn("unknown", null, fields, receivedAt)), false);
    }
    return message(fields, receivedAt);
  }

  /// Twilio's words for a status as ours: what it has queued it has taken. Source: Twilio, "Message
  /// resource › Message Status values".
  private static InboundUpdate status(
      ObjectNode fields, String name, @Nullable MessageId ours, Instant at) {
    String sid = sid(fields);
    MessageStatus known =
        switch (name) {
          case "accepted", "queued", "sending", "sent" -> MessageStatus.SENT;
          case "delivered" -> MessageStatus.DELIVERED;
          case "read" -> MessageStatus.READ;
          case "failed", "undelivered", "canceled" -> MessageStatus.FAILED;
          default -> null;
        };
    if (known == null) {
      return new NoticeIn("status", shortened(name, LONGEST_KIND), fields, at);
    }
    MessageError error = known == MessageStatus.FAILED ? error(name, fields) : null;
    return new StatusIn(sid, known, at, ours, error, null);
  }

  private static MessageError error(String status, ObjectNode fields) {
    String code = Json.text(fields, "ErrorCode");
    String said = Json.text(fields, "ErrorMessage");
    String message = said == null && "canceled".equals(status) ? "Canceled at Twilio." : said;
    return TwilioErrors.undelivered(
        code == null ? null : shortened(code, LONGEST_CODE),
        message == null ? null : shortened(message, LONGEST_REASON));
  }

  /// Names and short codes write too; nobody can answer them.
  private static TwilioWebhook message(ObjectNode fields, Instant at) {
    String sid = sid(fields);
    String from = Json.required(fields, "From");
    if (!NUMBER.matcher(from).matches()) {
      return new TwilioWebhook(
          List.of(new NoticeIn("message", "not from a number", fields, at)), false);
    }
    var party = new Party(List.of(new ContactIdentity(ContactIdentityKind.PHONE, from)), null);
    var contents = new Contents(fields);
    var updates = new ArrayList<InboundUpdate>();
    for (MessageContent content : contents.all) {
      String id = updates.isEmpty() ? sid : sid + ":" + updates.size();
      updates.add(new MessageIn(id, at, party, Origin.CONTACT, content, null, null, null, null));
    }
    String preference = preference(fields);
    if (preference != null) {
      updates.add(new PreferenceIn(party, "messages", preference, at));
    }
    return new TwilioWebhook(updates, contents.broken);
  }

  /// Twilio, "Advanced Opt-Out": which keyword was understood. Help is no preference.
  private static @Nullable String preference(ObjectNode fields) {
    String kind = Json.text(fields, "OptOutType");
    return switch (kind == null ? "" : kind.toUpperCase(Locale.ROOT)) {
      case "STOP" -> "stop";
      case "START" -> "resume";
      default -> null;
    };
  }

  private static String sid(ObjectNode fields) {
    String sid = Json.text(fields, "MessageSid");
    String found = sid == null ? Json.required(fields, "SmsSid") : sid;
    if (!SID.matcher(found).matches()) {
      throw new UnreadableItem("MessageSid is none");
    }
    return found;
  }

  /// Never ends with half of a surrogate pair.
  static String shortened(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    boolean halved = Character.isHighSurrogate(text.charAt(most - 1));
    return text.substring(0, halved ? most - 1 : most);
  }

  /// What a message says: its text, or each of its files, the first with the text.
  private static final class Contents {
    private final List<MessageContent> all = new ArrayList<>();
    private boolean broken;

    private Contents(ObjectNode fields) {
      String body = Json.text(fields, "Body");
      List<Integer> files = files(fields);
      boolean carried = body != null && body.codePointCount(0, body.length()) <= LONGEST_CAPTION;
      String caption = carried && !files.isEmpty() ? body : null;
      if (caption == null && body != null && !body.isBlank()) {
        all.add(
            body.length() > LONGEST_TEXT
                ? new UnsupportedContent(null, "text", "too long", Json.map(fields))
                : new TextContent(null, body, null));
      }
      for (int place : files) {
        all.add(file(fields, place, place == files.getFirst() ? caption : null));
      }
      if (all.isEmpty()) {
        String kind = broken ? "media" : "empty";
        all.add(new UnsupportedContent(null, kind, null, Json.map(fields)));
      }
    }

    /// The places of the files that have a link.
    private List<Integer> files(ObjectNode fields) {
      int said = number(Json.text(fields, "NumMedia"));
      List<Integer> found = new ArrayList<>();
      for (int place = 0; place < Math.min(said, MOST_MEDIA); place++) {
        if (link(Json.text(fields, "MediaUrl" + place)) != null) {
          found.add(place);
        }
      }
      broken |= found.size() != said;
      return found;
    }

    private int number(@Nullable String text) {
      try {
        return text == null ? 0 : Integer.parseInt(text);
      } catch (NumberFormatException _) {
        broken = true;
        return 0;
      }
    }

    private static MessageContent file(ObjectNode fields, int place, @Nullable String caption) {
      URI link = link(Json.text(fields, "MediaUrl" + place));
      String type = Json.text(fields, "MediaContentType" + place);
      String kind = type == null ? "" : shortened(type, LONGEST_KIND);
      return switch (kind.contains("/") ? kind.substring(0, kind.indexOf('/')) : "") {
        case "image" -> ImageContent.builder().url(link).mimeType(kind).caption(caption).build();
        case "video" -> VideoContent.builder().url(link).mimeType(kind).caption(caption).build();
        // what was said is not lost: a sound carries none
        case "audio" ->
            caption == null
                ? AudioContent.builder().url(link).mimeType(kind).build()
                : DocumentContent.builder().url(link).mimeType(kind).caption(caption).build();
        default ->
            DocumentContent.builder()
                .url(link)
                .mimeType(kind.isEmpty() ? null : kind)
                .caption(caption)
                .build();
      };
    }

    private static @Nullable URI link(@Nullable String text) {
      if (text == null || text.length() > LONGEST_LINK) {
        return null;
      }
      try {
        URI link = new URI(text);
        boolean web = "https".equals(link.getScheme()) || "http".equals(link.getScheme());
        return web && link.getHost() != null ? link : null;
      } catch (java.net.URISyntaxException _) {
        return null;
      }
    }
  }
}

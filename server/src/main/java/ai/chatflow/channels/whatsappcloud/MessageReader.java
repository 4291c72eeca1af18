package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.MessageContext;
import ai.chatflow.api.model.MessageProduct;
import ai.chatflow.api.model.MessageReferral;
import ai.chatflow.api.model.MessageStatus;
import ai.chatflow.api.model.SystemContent;
import ai.chatflow.channels.Group;
import ai.chatflow.channels.InboundUpdate.EditIn;
import ai.chatflow.channels.InboundUpdate.IdentityChangeIn;
import ai.chatflow.channels.InboundUpdate.MessageIn;
import ai.chatflow.channels.InboundUpdate.Origin;
import ai.chatflow.channels.InboundUpdate.RevokeIn;
import ai.chatflow.channels.Party;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.channels.wire.UnreadableItem;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads messages: of the person, echoes, and those of history.
final class MessageReader {
  private final Parties parties;
  private final Collector.Target target;
  private final Instant otherwise;

  /// @param otherwise the time of messages that carry none
  MessageReader(Parties parties, Collector.Target target, Instant otherwise) {
    this.parties = parties;
    this.target = target;
    this.otherwise = otherwise;
  }

  /// A message of the person, or an echo of one of the business.
  void read(JsonNode message, Origin origin) {
    boolean echo = origin == Origin.ECHO;
    Party party = echo ? recipient(message) : parties.of(message, "from", "from_user_id");
    read(message, origin, party, echo ? MessageStatus.SENT : null);
  }

  /// A message whose person and status are known from around it.
  void read(JsonNode message, Origin origin, Party party, @Nullable MessageStatus status) {
    Instant at = Json.seconds(message, "timestamp", otherwise);
    String type = Json.text(message, "type");
    if ("edit".equals(type)) {
      readEdit(message, at);
    } else if ("revoke".equals(type)) {
      JsonNode revoke = Json.requiredObject(message, "revoke");
      target.add(new RevokeIn(Json.required(revoke, "original_message_id"), at));
    } else {
      MessageIn read = messageIn(message, origin, party, status, at);
      IdentityChangeIn moved = identityChange(message, read);
      target.add(moved == null ? read : moved);
    }
  }

  private void readEdit(JsonNode message, Instant at) {
    JsonNode edit = Json.requiredObject(message, "edit");
    JsonNode edited = Json.requiredObject(edit, "message");
    target.add(new EditIn(Json.required(edit, "original_message_id"), at, content(edited)));
  }

  private MessageIn messageIn(
      JsonNode message, Origin origin, Party party, @Nullable MessageStatus status, Instant at) {
    String groupId = Json.text(message, "group_id");
    String replyTo = Json.text(Json.objectOrEmpty(message, "context"), "id");
    return new MessageIn(
        Json.required(message, "id"),
        at,
        party,
        origin,
        content(message),
        context(message, replyTo, groupId),
        replyTo,
        groupId == null ? null : new Group(groupId, null),
        status);
  }

  private MessageContent content(JsonNode message) {
    try {
      return ContentReader.read(message);
    } catch (UnreadableItem e) {
      target.markPartial();
      return ContentReader.unsupported(message, e.detail());
    }
  }

  private Party recipient(JsonNode echo) {
    boolean toGroup = Json.text(echo, "group_id") != null;
    if (toGroup && Json.text(echo, "to") == null && Json.text(echo, "to_user_id") == null) {
      return new Party(List.of(), null);
    }
    return parties.of(echo, "to", "to_user_id");
  }

  /// Meta, "System messages": a person who changes number keeps the account; `wa_id` is the new
  /// one, and with it the user id changes.
  private static @Nullable IdentityChangeIn identityChange(JsonNode message, MessageIn notice) {
    if (!(notice.content() instanceof SystemContent system) || system.newAddress() == null) {
      return null;
    }
    boolean number = system.newAddress().startsWith("+");
    String before = Json.text(message, number ? "from" : "from_user_id");
    if (before == null || Parties.identity(before).equals(system.newAddress())) {
      return null;
    }
    return new IdentityChangeIn(Parties.identity(before), system.newAddress(), notice.at(), notice);
  }

  private static @Nullable MessageContext context(
      JsonNode message, @Nullable String replyTo, @Nullable String groupId) {
    JsonNode context = Json.objectOrEmpty(message, "context");
    boolean forwarded =
        Boolean.TRUE.equals(Json.bool(context, "forwarded"))
            || Boolean.TRUE.equals(Json.bool(context, "frequently_forwarded"));
    MessageReferral referral = referral(message.get("referral"));
    MessageProduct product = product(context.get("referred_product"));
    if (replyTo == null && !forwarded && referral == null && product == null && groupId == null) {
      return null;
    }
    return MessageContext.builder()
        .replyToProviderId(replyTo)
        .forwarded(forwarded ? Boolean.TRUE : null)
        .referral(referral)
        .product(product)
        .groupId(groupId)
        .build();
  }

  private static @Nullable MessageReferral referral(@Nullable JsonNode referral) {
    if (referral == null || !referral.isObject()) {
      return null;
    }
    String image = Json.text(referral, "image_url");
    return MessageReferral.builder()
        .sourceType(Json.text(referral, "source_type"))
        .sourceId(Json.text(referral, "source_id"))
        .sourceUrl(Json.text(referral, "source_url"))
        .headline(Json.text(referral, "headline"))
        .body(Json.text(referral, "body"))
        .clickId(Json.text(referral, "ctwa_clid"))
        .mediaType(Json.text(referral, "media_type"))
        .mediaUrl(image == null ? Json.text(referral, "video_url") : image)
        .thumbnailUrl(Json.text(referral, "thumbnail_url"))
        .welcomeMessage(Json.text(Json.objectOrEmpty(referral, "welcome_message"), "text"))
        .build();
  }

  private static @Nullable MessageProduct product(@Nullable JsonNode product) {
    if (product == null || !product.isObject()) {
      return null;
    }
    return MessageProduct.builder()
        .catalogId(Json.text(product, "catalog_id"))
        .productRetailerId(Json.text(product, "product_retailer_id"))
        .build();
  }
}

package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.api.model.ContactIdentity;
import ai.chatflow.api.model.ContactIdentityKind;
import ai.chatflow.channels.Party;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.channels.wire.UnreadableItem;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who is who in a webhook. A person has a phone number, a business-scoped user id (since 2026), or
/// both; the number may be absent.
final class Parties {
  private static final int SHORTEST_NUMBER = 5;
  private static final int LONGEST_NUMBER = 15;

  private final List<JsonNode> contacts;

  Parties(List<JsonNode> contacts) {
    this.contacts = contacts;
  }

  /// The person named by these two members of an item, completed from the webhook's `contacts`.
  Party of(JsonNode item, String numberField, String userIdField) {
    return of(Json.text(item, numberField), Json.text(item, userIdField));
  }

  Party of(@Nullable String number, @Nullable String userId) {
    JsonNode contact = find(number, userId);
    String waId = number;
    String bsuid = userId;
    String name = null;
    if (contact != null) {
      waId = waId == null ? Json.text(contact, "wa_id") : waId;
      bsuid = bsuid == null ? Json.text(contact, "user_id") : bsuid;
      name = Json.text(Json.objectOrEmpty(contact, "profile"), "name");
    }
    var identities = new ArrayList<ContactIdentity>();
    addIdentity(identities, waId);
    addIdentity(identities, bsuid);
    if (identities.isEmpty()) {
      throw new UnreadableItem("nobody is named");
    }
    return new Party(identities, name);
  }

  /// How a number or user id of Meta's is written as an identity.
  static String identity(String metaId) {
    return isNumber(metaId) ? "+" + bare(metaId) : metaId;
  }

  private @Nullable JsonNode find(@Nullable String number, @Nullable String userId) {
    for (JsonNode contact : contacts) {
      if ((number != null && number.equals(Json.text(contact, "wa_id")))
          || (userId != null && userId.equals(Json.text(contact, "user_id")))) {
        return contact;
      }
    }
    boolean onlyOne = number == null && userId == null && contacts.size() == 1;
    return onlyOne ? contacts.getFirst() : null;
  }

  private static void addIdentity(List<ContactIdentity> identities, @Nullable String metaId) {
    if (metaId == null) {
      return;
    }
    var kind = isNumber(metaId) ? ContactIdentityKind.PHONE : ContactIdentityKind.WHATSAPP_USER_ID;
    var identity = new ContactIdentity(kind, identity(metaId));
    if (!identities.contains(identity)) {
      identities.add(identity);
    }
  }

  private static boolean isNumber(String metaId) {
    String digits = bare(metaId);
    return digits.length() >= SHORTEST_NUMBER
        && digits.length() <= LONGEST_NUMBER
        && digits.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static String bare(String metaId) {
    return metaId.startsWith("+") ? metaId.substring(1) : metaId;
  }
}

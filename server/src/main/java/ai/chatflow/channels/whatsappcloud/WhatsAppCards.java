package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.api.model.ContactCard;
import ai.chatflow.api.model.ContactsContent;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// Writes contact cards. Source: Meta, "Contacts messages".
final class WhatsAppCards {
  private WhatsAppCards() {}

  static void write(ArrayNode cards, ContactsContent content) {
    content.contacts().forEach(card -> write(cards.addObject(), card));
  }

  private static void write(ObjectNode node, ContactCard card) {
    ObjectNode name = node.putObject("name").put("formatted_name", card.name().formattedName());
    put(name, "first_name", card.name().firstName());
    put(name, "last_name", card.name().lastName());
    if (card.phones() != null) {
      ArrayNode phones = node.putArray("phones");
      card.phones()
          .forEach(
              phone -> {
                ObjectNode entry = phones.addObject();
                put(entry, "phone", phone.phone());
                put(entry, "type", phone.type());
                put(entry, "wa_id", phone.waId());
              });
    }
    if (card.emails() != null) {
      ArrayNode emails = node.putArray("emails");
      card.emails()
          .forEach(
              email -> put(emails.addObject().put("email", email.email()), "type", email.type()));
    }
    if (card.organization() != null) {
      node.putObject("org").put("company", card.organization());
    }
    put(node, "birthday", card.birthday());
  }

  private static void put(ObjectNode node, String field, @Nullable String value) {
    if (value != null) {
      node.put(field, value);
    }
  }
}

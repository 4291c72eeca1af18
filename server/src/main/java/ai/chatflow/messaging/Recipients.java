package ai.chatflow.messaging;

import ai.chatflow.api.model.ContactIdentity;
import ai.chatflow.api.model.ContactIdentityKind;
import ai.chatflow.api.model.MessageRecipient;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.api.model.SendMessageRequest;
import ai.chatflow.channels.ChannelAdapter;
import ai.chatflow.contacts.Contact;
import ai.chatflow.contacts.ContactResolver;
import ai.chatflow.contacts.ContactService;
import ai.chatflow.contacts.Newcomer;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.DomainException;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.ids.ContactId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds the contacts that messages are to go to, many at once.
final class Recipients {
  private final ContactService contacts;
  private final ContactResolver resolver;

  Recipients(ContactService contacts, ContactResolver resolver) {
    this.contacts = contacts;
    this.resolver = resolver;
  }

  /// Contacts by the way a request names them.
  Map<MessageRecipient, Contact> find(WorkspaceTx tx, List<SendMessageRequest> requests) {
    var wanted = new LinkedHashSet<MessageRecipient>();
    requests.forEach(r -> wanted.add(r.to()));
    var ids = new HashMap<MessageRecipient, ContactId>();
    var phones = new ArrayList<MessageRecipient>();
    for (var recipient : wanted) {
      if (recipient.contactId() != null) {
        ids.put(recipient, recipient.contactId());
      } else if (recipient.externalId() != null) {
        contacts.byExternalId(tx, recipient.externalId()).ifPresent(id -> ids.put(recipient, id));
      } else {
        phones.add(recipient);
      }
    }
    var resolved = resolver.resolve(tx, phones.stream().map(Recipients::newcomer).toList());
    for (int i = 0; i < phones.size(); i++) {
      ids.put(phones.get(i), resolved.get(i));
    }
    var byId = new HashMap<ContactId, Contact>();
    contacts.getAll(tx, ids.values()).forEach(c -> byId.put(c.id(), c));
    var found = new HashMap<MessageRecipient, Contact>();
    ids.forEach(
        (recipient, id) ->
            Optional.ofNullable(byId.get(id)).ifPresent(c -> found.put(recipient, c)));
    return found;
  }

  private static Newcomer newcomer(MessageRecipient recipient) {
    return new Newcomer(
        List.of(new ContactIdentity(ContactIdentityKind.PHONE, recipient.phone())), null);
  }

  /// Where a channel reaches a contact.
  ///
  /// @throws DomainException when it has no address for it
  static String address(ChannelAdapter adapter, Contact contact) {
    return adapter.addresses().stream()
        .flatMap(kind -> contact.identity(kind).stream())
        .findFirst()
        .orElseThrow(() -> invalid("/to", "no_address", "has no address on this channel"));
  }

  static Invalid invalid(String pointer, String code, String detail) {
    return new Invalid(
        ProblemCode.VALIDATION_FAILED,
        "1 field is not valid.",
        List.of(new FieldError(pointer, code, detail)));
  }
}

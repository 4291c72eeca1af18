package ai.chatflow.contacts;

import ai.chatflow.api.ContactsApi;
import ai.chatflow.api.model.ContactPage;
import ai.chatflow.api.model.CreateContactRequest;
import ai.chatflow.api.model.UpdateContactRequest;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.http.ETags;
import ai.chatflow.platform.http.Pages;
import ai.chatflow.platform.ids.ContactId;

/// `/v1/contacts`.
public final class ContactResource implements ContactsApi {
  private final ContactService contacts;
  private final Pages pages;

  public ContactResource(ContactService contacts, Pages pages) {
    this.contacts = contacts;
    this.pages = pages;
  }

  @Override
  public ContactPage listContacts(
      Integer limit, String cursor, String externalId, String phone, String tag) {
    var request = pages.request("contacts", limit, cursor, externalId, phone, tag);
    return request.answer(
        contacts.list(RequestContext.current().workspace(), externalId, phone, tag, request.page()),
        ContactMapper::toApi,
        (data, more, next) -> new ContactPage(ContactPage.ObjectEnum.LIST, data, more, next));
  }

  @Override
  public ai.chatflow.api.model.Contact createContact(CreateContactRequest body) {
    return shown(contacts.create(RequestContext.current().workspace(), body));
  }

  @Override
  public ai.chatflow.api.model.Contact getContact(ContactId id) {
    return shown(contacts.get(RequestContext.current().workspace(), id));
  }

  @Override
  public ai.chatflow.api.model.Contact updateContact(
      ContactId id, UpdateContactRequest body, String ifMatch) {
    return shown(contacts.update(RequestContext.current().workspace(), id, ifMatch, body));
  }

  @Override
  public void deleteContact(ContactId id, String ifMatch) {
    contacts.delete(RequestContext.current().workspace(), id, ifMatch);
  }

  private static ai.chatflow.api.model.Contact shown(Contact contact) {
    ETags.show(contact.version());
    return ContactMapper.toApi(contact);
  }
}

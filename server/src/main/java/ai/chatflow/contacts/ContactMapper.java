package ai.chatflow.contacts;

/// Domain to contract.
public final class ContactMapper {
  private ContactMapper() {}

  public static ai.chatflow.api.model.Contact toApi(Contact contact) {
    return ai.chatflow.api.model.Contact.builder()
        .id(contact.id())
        ._object(ai.chatflow.api.model.Contact.ObjectEnum.CONTACT)
        .externalId(contact.externalId())
        .name(contact.name())
        .phone(contact.phone().orElse(null))
        .email(contact.email().orElse(null))
        .language(contact.language())
        .tags(contact.tags())
        .attributes(contact.attributes())
        .identities(contact.identities())
        .metadata(contact.metadata())
        .createdAt(contact.createdAt())
        .updatedAt(contact.updatedAt())
        .build();
  }
}

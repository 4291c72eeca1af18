package ai.chatflow.contacts;

import ai.chatflow.platform.Platform;
import java.util.List;

/// Wires contacts.
public final class ContactsModule {
  private final Platform platform;
  private final ContactService contacts;
  private final ContactResolver resolver;

  private ContactsModule(Platform platform) {
    this.platform = platform;
    this.contacts =
        new ContactService(platform.db(), platform.ids(), platform.clock(), platform.events());
    this.resolver = new ContactResolver(platform.ids(), platform.events());
  }

  public static ContactsModule wire(Platform platform) {
    return new ContactsModule(platform);
  }

  public ContactService contacts() {
    return contacts;
  }

  public ContactResolver resolver() {
    return resolver;
  }

  public ContactsGraph graph() {
    return new ContactsGraph(contacts, platform.pages());
  }

  public List<Object> resources() {
    return List.of(new ContactResource(contacts, platform.pages()));
  }
}

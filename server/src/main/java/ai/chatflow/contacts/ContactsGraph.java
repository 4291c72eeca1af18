package ai.chatflow.contacts;

import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.graphql.Arguments;
import ai.chatflow.platform.graphql.Connection;
import ai.chatflow.platform.graphql.Graph;
import ai.chatflow.platform.graphql.GraphWiring;
import ai.chatflow.platform.http.Pages;
import ai.chatflow.platform.ids.ContactId;
import graphql.schema.DataFetchingEnvironment;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Contacts in GraphQL.
public final class ContactsGraph implements Graph {
  private static final String BY_ID = "contacts.byId";

  private final ContactService contacts;
  private final Pages pages;

  ContactsGraph(ContactService contacts, Pages pages) {
    this.contacts = contacts;
    this.pages = pages;
  }

  /// The contact of something else; null when there is none.
  public static CompletableFuture<@Nullable Contact> contact(
      DataFetchingEnvironment env, @Nullable ContactId id) {
    return id == null ? CompletableFuture.completedFuture(null) : GraphWiring.load(env, BY_ID, id);
  }

  @Override
  public void wire(GraphWiring wiring) {
    wiring.<ContactId, Contact>loader(
        BY_ID, ids -> contacts.getAll(RequestContext.current().workspace(), ids));
    wiring.connection("Contact");
    wiring
        .query()
        .field(
            "contact", env -> contact(env, Arguments.id(env, ContactId::fromString).orElse(null)))
        .field("contacts", this::contacts);
    wiring
        .type("Contact", Contact.class)
        .property("id", contact -> contact.id().toString())
        .property("externalId", Contact::externalId)
        .property("name", Contact::name)
        .property("phone", contact -> contact.phone().orElse(null))
        .property("email", contact -> contact.email().orElse(null))
        .property("tags", Contact::tags)
        .property("attributes", Contact::attributes)
        .property("createdAt", Contact::createdAt)
        .property("updatedAt", Contact::updatedAt);
  }

  private Connection<Contact> contacts(DataFetchingEnvironment env) {
    String tag = env.getArgument("tag");
    var request = Arguments.page(env, pages, "contacts", null, null, tag);
    var workspace = RequestContext.current().workspace();
    return Connection.of(
        contacts.list(workspace, null, null, tag, request.page()),
        request,
        contact -> contact.id().value().toString());
  }
}

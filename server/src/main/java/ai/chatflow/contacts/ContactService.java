package ai.chatflow.contacts;

import ai.chatflow.api.model.ContactEventData;
import ai.chatflow.api.model.ContactIdentity;
import ai.chatflow.api.model.ContactIdentityKind;
import ai.chatflow.api.model.CreateContactRequest;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.api.model.UpdateContactRequest;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.Conflict;
import ai.chatflow.platform.errors.NotFound;
import ai.chatflow.platform.events.EventLog;
import ai.chatflow.platform.events.EventType;
import ai.chatflow.platform.http.ETags;
import ai.chatflow.platform.http.Page;
import ai.chatflow.platform.http.PageRequest;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.WorkspaceId;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.openapitools.jackson.nullable.JsonNullable;

/// The door to contacts.
public final class ContactService {
  private final Db db;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final EventLog events;
  private final ContactStore store = new ContactStore();

  public ContactService(Db db, IdGenerator ids, InstantSource clock, EventLog events) {
    this.db = db;
    this.ids = ids;
    this.clock = clock;
    this.events = events;
  }

  public Contact get(WorkspaceId workspace, ContactId id) {
    return db.inTransaction(workspace, tx -> get(tx, id));
  }

  public Contact get(WorkspaceTx tx, ContactId id) {
    return store.find(tx, id).orElseThrow(() -> unknown(id));
  }

  /// Those of the contacts that exist, by id.
  public Map<ContactId, Contact> getAll(WorkspaceId workspace, Collection<ContactId> wanted) {
    return db.inTransaction(workspace, tx -> store.findAll(tx, wanted)).stream()
        .collect(Collectors.toMap(Contact::id, Function.identity()));
  }

  public List<Contact> getAll(WorkspaceTx tx, Collection<ContactId> wanted) {
    return store.findAll(tx, wanted);
  }

  public Optional<ContactId> byExternalId(WorkspaceTx tx, String externalId) {
    return store.idByExternalId(tx, externalId);
  }

  public Page<Contact> list(
      WorkspaceId workspace,
      @Nullable String externalId,
      @Nullable String phone,
      @Nullable String tag,
      PageRequest page) {
    var filter = new ContactStore.Filter(externalId, phone, tag);
    return page.newestFirst(
        (before, limit) -> db.inTransaction(workspace, tx -> store.list(tx, filter, before, limit)),
        contact -> contact.id().value());
  }

  public Contact create(WorkspaceId workspace, CreateContactRequest request) {
    return db.inTransaction(
        workspace,
        tx -> {
          var now = clock.instant();
          var contact =
              new Contact(
                  workspace,
                  new ContactId(ids.next()),
                  request.externalId(),
                  request.name(),
                  request.language(),
                  ContactPatch.distinct(request.tags()),
                  Objects.requireNonNullElse(request.attributes(), Map.of()),
                  Objects.requireNonNullElse(request.metadata(), Map.of()),
                  List.of(),
                  1,
                  now,
                  now);
          checkExternalId(tx, contact.id(), contact.externalId());
          setIdentity(tx, contact.id(), ContactIdentityKind.PHONE, request.phone());
          setIdentity(tx, contact.id(), ContactIdentityKind.EMAIL, request.email());
          store.insert(tx, contact);
          return announced(tx, contact.id(), EventType.CONTACT_CREATED);
        });
  }

  public Contact update(
      WorkspaceId workspace, ContactId id, @Nullable String ifMatch, UpdateContactRequest patch) {
    return db.inTransaction(
        workspace,
        tx -> {
          var before = store.lock(tx, id).orElseThrow(() -> unknown(id));
          ETags.check(ifMatch, before.version());
          var after = ContactPatch.apply(before, patch);
          checkExternalId(tx, id, after.externalId());
          replaceIdentity(tx, before, ContactIdentityKind.PHONE, patch.phone());
          replaceIdentity(tx, before, ContactIdentityKind.EMAIL, patch.email());
          store.update(tx, after, clock.instant());
          return announced(tx, id, EventType.CONTACT_UPDATED);
        });
  }

  public void delete(WorkspaceId workspace, ContactId id, @Nullable String ifMatch) {
    db.useTransaction(
        workspace,
        tx -> {
          var contact = store.lock(tx, id).orElseThrow(() -> unknown(id));
          ETags.check(ifMatch, contact.version());
          store.delete(tx, id);
          events.append(
              tx, EventType.CONTACT_DELETED, new ContactEventData(ContactMapper.toApi(contact)));
        });
  }

  private Contact announced(WorkspaceTx tx, ContactId id, EventType type) {
    var contact = get(tx, id);
    events.append(tx, type, new ContactEventData(ContactMapper.toApi(contact)));
    return contact;
  }

  private void checkExternalId(WorkspaceTx tx, ContactId id, @Nullable String externalId) {
    if (externalId == null) {
      return;
    }
    tx.handle()
        .createQuery("select pg_advisory_xact_lock(hashtextextended(:name, 1))")
        .bind("name", tx.workspace() + "\n" + externalId)
        .mapTo(String.class)
        .findOne();
    var owner = store.idByExternalId(tx, externalId);
    if (owner.isPresent() && !owner.get().equals(id)) {
      throw new Conflict(
          ProblemCode.EXTERNAL_ID_TAKEN, "The contact " + owner.get() + " has this external_id.");
    }
  }

  private void replaceIdentity(
      WorkspaceTx tx, Contact before, ContactIdentityKind kind, JsonNullable<String> given) {
    if (!given.isPresent() || before.identity(kind).equals(Optional.ofNullable(given.get()))) {
      return;
    }
    store.dropIdentities(tx, before.id(), kind);
    setIdentity(tx, before.id(), kind, given.get());
  }

  private void setIdentity(
      WorkspaceTx tx, ContactId id, ContactIdentityKind kind, @Nullable String value) {
    if (value != null && !store.claimIdentity(tx, id, new ContactIdentity(kind, value))) {
      throw new Conflict(
          ProblemCode.IDENTITY_TAKEN, "Another contact has this " + kind.value() + ".");
    }
  }

  private static NotFound unknown(ContactId id) {
    return new NotFound(ProblemCode.NOT_FOUND, "No contact " + id + ".");
  }
}

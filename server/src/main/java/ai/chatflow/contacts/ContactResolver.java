package ai.chatflow.contacts;

import ai.chatflow.api.model.ContactEventData;
import ai.chatflow.api.model.ContactIdentity;
import ai.chatflow.api.model.ContactIdentityKind;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.events.EventLog;
import ai.chatflow.platform.events.EventLog.NewEvent;
import ai.chatflow.platform.events.EventType;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.IdGenerator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Finds or makes the contacts behind identities, many at once. Insert-if-absent in three steps:
/// deduplicate in memory, insert what is new in key order, then read in a new statement.
public final class ContactResolver {
  private static final Comparator<ContactIdentity> ORDER =
      Comparator.comparing((ContactIdentity i) -> i.kind().value())
          .thenComparing(ContactIdentity::value);

  private final IdGenerator ids;
  private final EventLog events;
  private final ContactStore store = new ContactStore();

  public ContactResolver(IdGenerator ids, EventLog events) {
    this.ids = ids;
    this.events = events;
  }

  /// The contact of each newcomer, in their order.
  public List<ContactId> resolve(WorkspaceTx tx, List<Newcomer> people) {
    if (people.isEmpty()) {
      return List.of();
    }
    var wanted = people.stream().flatMap(p -> p.identities().stream()).sorted(ORDER).distinct();
    var nameless = new HashSet<ContactId>();
    var known = read(tx, wanted.toList(), nameless);
    var made = new LinkedHashMap<ContactId, Newcomer>();
    var claims = new HashMap<ContactIdentity, ContactId>();
    for (var person : people) {
      claim(person, known, claims, made);
    }
    if (!claims.isEmpty()) {
      insertIdentities(tx, claims);
      known.putAll(read(tx, claims.keySet().stream().sorted(ORDER).toList(), nameless));
      insertContacts(tx, made, known);
    }
    var owners = people.stream().map(p -> owner(p, known).orElseThrow()).toList();
    learn(tx, people, owners, nameless, extended(claims, made.keySet(), known));
    return owners;
  }

  /// Contacts that were here before and are now known by one identity more.
  private static Set<ContactId> extended(
      Map<ContactIdentity, ContactId> claims,
      Set<ContactId> made,
      Map<ContactIdentity, ContactId> known) {
    var extended = new HashSet<ContactId>();
    claims.forEach(
        (identity, contact) -> {
          if (!made.contains(contact) && contact.equals(known.get(identity))) {
            extended.add(contact);
          }
        });
    return extended;
  }

  /// Names those who had none, such as people that we wrote to first. A name that somebody gave
  /// them here stays.
  private void learn(
      WorkspaceTx tx,
      List<Newcomer> people,
      List<ContactId> owners,
      Set<ContactId> nameless,
      Set<ContactId> extended) {
    var names = new TreeMap<ContactId, @Nullable String>(Comparator.comparing(ContactId::value));
    extended.forEach(id -> names.put(id, null));
    for (int i = 0; i < people.size(); i++) {
      var name = people.get(i).name();
      if (name != null && nameless.contains(owners.get(i))) {
        names.putIfAbsent(owners.get(i), name);
      }
    }
    if (!names.isEmpty()) {
      store.learn(tx, names);
      announce(tx, EventType.CONTACT_UPDATED, names.keySet());
    }
  }

  /// Moves a person's identity, when a provider says that the number changed. What another contact
  /// holds already stays with it.
  public void move(WorkspaceTx tx, ContactIdentity from, ContactIdentity to) {
    var moved =
        tx.handle()
            .createQuery(
                """
                update contact_identity i set kind = :toKind, value = :toValue
                where workspace_id = :workspace and kind = :fromKind and value = :fromValue
                  and not exists (
                    select 1 from contact_identity o
                    where o.workspace_id = :workspace and o.kind = :toKind and o.value = :toValue)
                returning i.contact_id
                """)
            .bind("workspace", tx.workspace())
            .bind("fromKind", from.kind().value())
            .bind("fromValue", from.value())
            .bind("toKind", to.kind().value())
            .bind("toValue", to.value())
            .map((row, _) -> new ContactId(row.getObject(1, UUID.class)))
            .findOne();
    moved.ifPresent(
        contact -> {
          store.learn(tx, Collections.singletonMap(contact, null));
          announce(tx, EventType.CONTACT_UPDATED, List.of(contact));
        });
  }

  private void claim(
      Newcomer person,
      Map<ContactIdentity, ContactId> known,
      Map<ContactIdentity, ContactId> claims,
      Map<ContactId, Newcomer> made) {
    var contact = owner(person, known).or(() -> owner(person, claims));
    var id = contact.orElseGet(() -> new ContactId(ids.next()));
    if (contact.isEmpty()) {
      made.put(id, person);
    }
    for (var identity : person.identities()) {
      if (!known.containsKey(identity)) {
        claims.putIfAbsent(identity, id);
      }
    }
  }

  private static Optional<ContactId> owner(
      Newcomer person, Map<ContactIdentity, ContactId> identities) {
    return person.identities().stream()
        .flatMap(i -> Optional.ofNullable(identities.get(i)).stream())
        .findFirst();
  }

  /// Whom identities belong to; others that mix their kinds and values may be among them. The
  /// `offset` keeps the planner from reading every contact once instead of a few one by one.
  private static Map<ContactIdentity, ContactId> read(
      WorkspaceTx tx, List<ContactIdentity> identities, Set<ContactId> nameless) {
    var found = new HashMap<ContactIdentity, ContactId>();
    tx.handle()
        .createQuery(
            """
            select i.kind, i.value, i.contact_id, exists (
                select from contact c
                where c.workspace_id = :workspace and c.id = i.contact_id and c.name is null
                offset 0) as nameless
            from contact_identity i
            where i.workspace_id = :workspace and i.kind = any(:kinds) and i.value = any(:values)
            """)
        .bind("workspace", tx.workspace())
        .bindArray("kinds", String.class, Arrays.stream(kinds(identities)).distinct().toArray())
        .bindArray("values", String.class, values(identities))
        .map(
            (row, _) -> {
              var contact = new ContactId(row.getObject("contact_id", UUID.class));
              if (row.getBoolean("nameless")) {
                nameless.add(contact);
              }
              var kind = ContactIdentityKind.fromValue(row.getString("kind"));
              return found.put(new ContactIdentity(kind, row.getString("value")), contact);
            })
        .list();
    return found;
  }

  private static void insertIdentities(WorkspaceTx tx, Map<ContactIdentity, ContactId> claims) {
    var ordered = claims.keySet().stream().sorted(ORDER).toList();
    tx.handle()
        .createUpdate(
            """
            insert into contact_identity (workspace_id, kind, value, contact_id)
            select :workspace, w.kind, w.value, w.contact_id
            from unnest(:kinds, :values, :contacts) as w (kind, value, contact_id)
            on conflict do nothing
            """)
        .bind("workspace", tx.workspace())
        .bindArray("kinds", String.class, kinds(ordered))
        .bindArray("values", String.class, values(ordered))
        .bindArray("contacts", ContactId.class, ordered.stream().map(claims::get).toArray())
        .execute();
  }

  /// Makes the contacts whose identities we won; those that a twin won exist already.
  private void insertContacts(
      WorkspaceTx tx, Map<ContactId, Newcomer> made, Map<ContactIdentity, ContactId> known) {
    var won = new ArrayList<ContactId>();
    made.forEach(
        (id, person) -> {
          var owner = owner(person, known).orElseThrow();
          if (owner.equals(id)) {
            won.add(id);
          } else {
            handOver(tx, id, owner);
            known.replaceAll((_, contact) -> contact.equals(id) ? owner : contact);
          }
        });
    if (won.isEmpty()) {
      return;
    }
    tx.handle()
        .createUpdate(
            """
            insert into contact (workspace_id, id, name)
            select :workspace, w.id, w.name from unnest(:ids, :names) as w (id, name)
            """)
        .bind("workspace", tx.workspace())
        .bindArray("ids", ContactId.class, won.toArray())
        .bindArray("names", String.class, won.stream().map(id -> nameOf(made, id)).toArray())
        .execute();
    announce(tx, EventType.CONTACT_CREATED, won);
  }

  /// A twin knew the person by another identity and was first: what we won of them is theirs.
  private static void handOver(WorkspaceTx tx, ContactId ours, ContactId owner) {
    tx.handle()
        .createUpdate(
            """
            update contact_identity set contact_id = :owner
            where workspace_id = :workspace and contact_id = :ours
            """)
        .bind("workspace", tx.workspace())
        .bind("ours", ours)
        .bind("owner", owner)
        .execute();
  }

  private static @Nullable String nameOf(Map<ContactId, Newcomer> made, ContactId id) {
    var person = made.get(id);
    return person == null ? null : person.name();
  }

  private void announce(WorkspaceTx tx, EventType type, Collection<ContactId> changed) {
    events.append(
        tx,
        store.findAll(tx, changed).stream()
            .map(c -> new ContactEventData(ContactMapper.toApi(c)))
            .map(data -> new NewEvent(type, data))
            .toList());
  }

  private static Object[] kinds(List<ContactIdentity> identities) {
    return identities.stream().map(i -> i.kind().value()).toArray();
  }

  private static Object[] values(List<ContactIdentity> identities) {
    return identities.stream().map(ContactIdentity::value).toArray();
  }
}

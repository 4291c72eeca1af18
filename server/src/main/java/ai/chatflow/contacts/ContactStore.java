package ai.chatflow.contacts;

import ai.chatflow.api.model.ContactIdentity;
import ai.chatflow.api.model.ContactIdentityKind;
import ai.chatflow.platform.db.Where;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// SQL of contacts.
final class ContactStore {
  private static final String SELECT =
      """
      select c.workspace_id, c.id, c.external_id, c.name, c.language, c.tags, c.attributes,
        c.metadata, c.version, c.created_at, c.updated_at,
        coalesce((
          select json_agg(json_build_object('kind', i.kind, 'value', i.value)
            order by i.created_at, i.kind, i.value)
          from contact_identity i
          where i.workspace_id = c.workspace_id and i.contact_id = c.id), '[]') as identities
      from contact c
      """;

  /// Which contacts a list shows; what is null does not filter.
  record Filter(@Nullable String externalId, @Nullable String phone, @Nullable String tag) {}

  Optional<Contact> find(WorkspaceTx tx, ContactId id) {
    return findAll(tx, List.of(id)).stream().findFirst();
  }

  List<Contact> findAll(WorkspaceTx tx, Collection<ContactId> ids) {
    return tx.handle()
        .createQuery(SELECT + "where c.workspace_id = :workspace and c.id = any(:ids)")
        .bind("workspace", tx.workspace())
        .bindArray("ids", ContactId.class, ids.toArray())
        .map((row, _) -> read(row))
        .list();
  }

  Optional<Contact> lock(WorkspaceTx tx, ContactId id) {
    tx.handle()
        .createQuery(
            """
            select id from contact where workspace_id = :workspace and id = :id
            for no key update
            """)
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .mapTo(UUID.class)
        .findOne();
    return find(tx, id);
  }

  Optional<ContactId> idByExternalId(WorkspaceTx tx, String externalId) {
    return tx.handle()
        .createQuery(
            """
            select id from contact where workspace_id = :workspace and external_id = :external
            """)
        .bind("workspace", tx.workspace())
        .bind("external", externalId)
        .mapTo(UUID.class)
        .findOne()
        .map(ContactId::new);
  }

  List<Contact> list(WorkspaceTx tx, Filter filter, @Nullable UUID before, int limit) {
    return new Where(tx, "c.workspace_id = :workspace")
        .and("c.id < :before", "before", before)
        .and("c.external_id = :external", "external", filter.externalId())
        .and("c.tags @> array[cast(:tag as text)]", "tag", filter.tag())
        .and(
            """
            c.id = (
              select p.contact_id from contact_identity p
              where p.workspace_id = :workspace and p.kind = 'phone' and p.value = :phone)
            """,
            "phone",
            filter.phone())
        .page(SELECT, "order by c.id desc", limit, ContactStore::read);
  }

  void insert(WorkspaceTx tx, Contact contact) {
    tx.handle()
        .createUpdate(
            """
            insert into contact
              (workspace_id, id, external_id, name, language, tags, attributes, metadata,
               created_at, updated_at)
            values
              (:workspace, :id, :external, :name, :language, :tags, cast(:attributes as jsonb),
               cast(:metadata as jsonb), :created, :created)
            """)
        .bind("workspace", tx.workspace())
        .bind("id", contact.id())
        .bind("external", contact.externalId())
        .bind("name", contact.name())
        .bind("language", contact.language())
        .bindArray("tags", String.class, contact.tags().toArray())
        .bind("attributes", Json.write(contact.attributes()))
        .bind("metadata", Json.write(contact.metadata()))
        .bind("created", contact.createdAt())
        .execute();
  }

  /// Raises the version of contacts about which something was learned, and gives a name to those
  /// that have none.
  void learn(WorkspaceTx tx, Map<ContactId, @Nullable String> names) {
    var ids = names.keySet().toArray();
    tx.later(
        """
        select c.id from contact c
        where c.workspace_id = :workspace and c.id = any(:ids)
        order by c.id for no key update
        """,
        values -> values.bind("workspace", tx.workspace()).bindArray("ids", ContactId.class, ids));
    tx.later(
        """
        update contact c
        set name = coalesce(c.name, (:names)[array_position(:ids, c.id)]),
          version = c.version + 1, updated_at = now()
        where c.workspace_id = :workspace and c.id = any(:ids)
        """,
        values ->
            values
                .bind("workspace", tx.workspace())
                .bindArray("ids", ContactId.class, ids)
                .bindArray("names", String.class, names.values().toArray()));
  }

  void update(WorkspaceTx tx, Contact contact, Instant now) {
    tx.handle()
        .createUpdate(
            """
            update contact
            set external_id = :external, name = :name, language = :language, tags = :tags,
              attributes = cast(:attributes as jsonb), metadata = cast(:metadata as jsonb),
              version = version + 1, updated_at = :now
            where workspace_id = :workspace and id = :id
            """)
        .bind("workspace", tx.workspace())
        .bind("id", contact.id())
        .bind("external", contact.externalId())
        .bind("name", contact.name())
        .bind("language", contact.language())
        .bindArray("tags", String.class, contact.tags().toArray())
        .bind("attributes", Json.write(contact.attributes()))
        .bind("metadata", Json.write(contact.metadata()))
        .bind("now", now)
        .execute();
  }

  void delete(WorkspaceTx tx, ContactId id) {
    tx.handle()
        .createUpdate(
            """
            with gone as (
              delete from contact_identity where workspace_id = :workspace and contact_id = :id)
            delete from contact where workspace_id = :workspace and id = :id
            """)
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .execute();
  }

  /// Takes an identity for a contact; false when another contact has it.
  boolean claimIdentity(WorkspaceTx tx, ContactId id, ContactIdentity identity) {
    return tx.handle()
            .createUpdate(
                """
                insert into contact_identity (workspace_id, kind, value, contact_id)
                values (:workspace, :kind, :value, :id)
                on conflict do nothing
                """)
            .bind("workspace", tx.workspace())
            .bind("kind", identity.kind().value())
            .bind("value", identity.value())
            .bind("id", id)
            .execute()
        == 1;
  }

  void dropIdentities(WorkspaceTx tx, ContactId id, ContactIdentityKind kind) {
    tx.handle()
        .createUpdate(
            """
            delete from contact_identity
            where workspace_id = :workspace and contact_id = :id and kind = :kind
            """)
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .bind("kind", kind.value())
        .execute();
  }

  private static Contact read(ResultSet row) throws SQLException {
    return new Contact(
        new WorkspaceId(row.getObject("workspace_id", UUID.class)),
        new ContactId(row.getObject("id", UUID.class)),
        row.getString("external_id"),
        row.getString("name"),
        row.getString("language"),
        List.of((String[]) row.getArray("tags").getArray()),
        Json.readObject(row.getString("attributes")),
        Json.readStrings(row.getString("metadata")),
        Json.readList(row.getString("identities"), ContactIdentity.class),
        row.getInt("version"),
        row.getTimestamp("created_at").toInstant(),
        row.getTimestamp("updated_at").toInstant());
  }
}

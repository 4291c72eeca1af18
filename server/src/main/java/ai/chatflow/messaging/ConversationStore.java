package ai.chatflow.messaging;

import ai.chatflow.api.model.ConversationStatus;
import ai.chatflow.channels.Group;
import ai.chatflow.platform.db.Where;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.ConversationId;
import ai.chatflow.platform.ids.WorkspaceId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// SQL of conversations.
public final class ConversationStore {
  public static final String COLUMNS =
      """
      workspace_id, id, channel_id, contact_id, group_id, group_subject, address, status,
      window_expires_at, unread_count, last_message_at, version, created_at, updated_at
      """;

  /// One after the other, in the order of their index. What asks for a set of them is planned for
  /// ten times ten while a table is new, and then reads all of the workspace instead.
  private static final String LOCK_BY_CONTACT =
      "select "
          + COLUMNS
          + """
          from (
            select contact_id as contact, channel_id as channel
            from unnest(:contacts, :channels) as w (contact_id, channel_id)
            order by contact, channel) wanted
          cross join lateral (
            select * from conversation
            where workspace_id = :workspace and contact_id = wanted.contact
              and channel_id = wanted.channel
            for no key update) found
          """;

  private static final String LOCK_BY_GROUP =
      "select "
          + COLUMNS
          + """
          from (
            select channel_id as channel, group_id as place
            from unnest(:channels, :groups) as w (channel_id, group_id)
            order by channel, place) wanted
          cross join lateral (
            select * from conversation
            where workspace_id = :workspace and channel_id = wanted.channel
              and group_id = wanted.place and group_id is not null
            for no key update) found
          """;

  /// A conversation to find or to make.
  public record Opening(
      ConversationId candidate,
      ChannelId channel,
      @Nullable ContactId contact,
      @Nullable Group group,
      String address) {}

  /// What a batch of messages does to a conversation.
  public record Advance(
      ConversationId id, Instant lastMessageAt, @Nullable Instant windowExpiresAt, int unread) {}

  public record Filter(
      @Nullable ContactId contact,
      @Nullable ChannelId channel,
      @Nullable ConversationStatus status) {}

  /// Where a page of the list, latest message first, begins.
  public record Position(Instant lastMessageAt, UUID id) {
    public static Position parse(String text) {
      var parts = text.split(" ", 2);
      return new Position(Instant.parse(parts[0]), UUID.fromString(parts[1]));
    }

    public static String of(Conversation conversation) {
      var latest = conversation.lastMessageAt();
      return (latest == null ? conversation.createdAt() : latest) + " " + conversation.id().value();
    }
  }

  public Optional<Conversation> find(WorkspaceTx tx, ConversationId id) {
    return findAll(tx, List.of(id)).stream().findFirst();
  }

  public List<Conversation> findAll(WorkspaceTx tx, Collection<ConversationId> ids) {
    return tx.handle()
        .createQuery(
            "select "
                + COLUMNS
                + "from conversation where workspace_id = :workspace and id = any(:ids)")
        .bind("workspace", tx.workspace())
        .bindArray("ids", ConversationId.class, ids.toArray())
        .map((row, _) -> read(row))
        .list();
  }

  public List<Conversation> list(
      WorkspaceTx tx, Filter filter, @Nullable Position after, int limit) {
    var where =
        new Where(tx, "workspace_id = :workspace and last_message_at is not null")
            .and("contact_id = :contact", "contact", filter.contact())
            .and("channel_id = :channel", "channel", filter.channel())
            .and(
                "status = :status",
                "status",
                filter.status() == null ? null : filter.status().value());
    if (after != null) {
      where
          .and("last_message_at <= :at", "at", after.lastMessageAt())
          .and("(last_message_at, id) < (:at, :after)", "after", after.id());
    }
    return where.page(
        "select " + COLUMNS + "from conversation",
        "order by last_message_at desc, id desc",
        limit,
        ConversationStore::read);
  }

  /// The conversations of the openings, in no particular order.
  ///
  /// @param made those that there were not before
  public record Opened(List<Conversation> all, List<Conversation> made) {}

  /// Finds or makes conversations, and locks them so that none is closed while a message is
  /// appended to it. Openings come in key order.
  public Opened open(WorkspaceTx tx, List<Opening> openings) {
    var found = lock(tx, openings);
    tx.send();
    return open(tx, openings, found);
  }

  /// The same for what `lock` has found meanwhile.
  public Opened open(WorkspaceTx tx, List<Opening> openings, List<Conversation> found) {
    var places = found.stream().map(ConversationStore::place).collect(Collectors.toSet());
    var missing = openings.stream().filter(o -> !places.contains(place(o))).toList();
    if (missing.isEmpty()) {
      return new Opened(found, List.of());
    }
    var made = insert(tx, missing);
    var all = lock(tx, openings);
    tx.send();
    return new Opened(all, all.stream().filter(c -> made.contains(c.id())).toList());
  }

  /// Those of them that nobody else has made in the meantime.
  private static Set<ConversationId> insert(WorkspaceTx tx, List<Opening> openings) {
    return tx.handle()
        .createQuery(
            """
            insert into conversation
              (workspace_id, id, channel_id, contact_id, group_id, group_subject, address)
            select :workspace, w.id, w.channel_id, w.contact_id, w.group_id, w.subject, w.address
            from unnest(:ids, :channels, :contacts, :groups, :subjects, :addresses)
              as w (id, channel_id, contact_id, group_id, subject, address)
            on conflict do nothing
            returning id
            """)
        .bind("workspace", tx.workspace())
        .bindArray("ids", ConversationId.class, each(openings, Opening::candidate))
        .bindArray("channels", ChannelId.class, each(openings, Opening::channel))
        .bindArray("contacts", UUID.class, each(openings, ConversationStore::contactOf))
        .bindArray("groups", String.class, each(openings, o -> groupOf(o, Group::providerId)))
        .bindArray("subjects", String.class, each(openings, o -> groupOf(o, Group::subject)))
        .bindArray("addresses", String.class, each(openings, Opening::address))
        .mapTo(UUID.class)
        .map(ConversationId::new)
        .set();
  }

  /// Locks conversations as far as there are any: those with a contact before groups, each in the
  /// order of their index. The list is filled with what is sent next.
  public List<Conversation> lock(WorkspaceTx tx, List<Opening> openings) {
    var people = openings.stream().filter(o -> contactOf(o) != null).toList();
    var groups = openings.stream().filter(o -> o.group() != null).toList();
    var found = new ArrayList<Conversation>();
    if (!people.isEmpty()) {
      tx.later(
          LOCK_BY_CONTACT,
          values ->
              values
                  .bind("workspace", tx.workspace())
                  .bindArray("contacts", UUID.class, each(people, ConversationStore::contactOf))
                  .bindArray("channels", ChannelId.class, each(people, Opening::channel)),
          WorkspaceTx.into(found, ConversationStore::read));
    }
    if (!groups.isEmpty()) {
      tx.later(
          LOCK_BY_GROUP,
          values ->
              values
                  .bind("workspace", tx.workspace())
                  .bindArray("channels", ChannelId.class, each(groups, Opening::channel))
                  .bindArray(
                      "groups", String.class, each(groups, o -> groupOf(o, Group::providerId))),
          WorkspaceTx.into(found, ConversationStore::read));
    }
    return found;
  }

  /// Where a conversation is: a group or a contact on a channel.
  private record Place(ChannelId channel, @Nullable UUID contact, @Nullable String group) {}

  private static Place place(Conversation at) {
    var group = at.group();
    var contact = at.contact();
    return new Place(
        at.channel(),
        contact == null ? null : contact.value(),
        group == null ? null : group.providerId());
  }

  private static Place place(Opening opening) {
    return new Place(opening.channel(), contactOf(opening), groupOf(opening, Group::providerId));
  }

  /// Moves conversations on; their rows are locked already.
  public void advance(WorkspaceTx tx, List<Advance> advances, Instant now) {
    tx.later(
        """
        update conversation c
        set (last_message_at, window_expires_at, unread_count, status) = (
            select greatest(c.last_message_at, (:times)[p.i]),
              greatest(c.window_expires_at, (:windows)[p.i]),
              c.unread_count + w.unread,
              case when w.unread > 0 then 'open' else c.status end
            from array_position(:ids, c.id) as p (i),
              lateral (select (:unread)[p.i]) as w (unread)),
          version = c.version + 1, updated_at = :now
        where c.workspace_id = :workspace and c.id = any(:ids)
        """,
        values ->
            values
                .bind("workspace", tx.workspace())
                .bind("now", now)
                .bindArray("ids", ConversationId.class, each(advances, Advance::id))
                .bindArray("times", Instant.class, each(advances, Advance::lastMessageAt))
                .bindArray("windows", Instant.class, each(advances, Advance::windowExpiresAt))
                .bindArray("unread", Integer.class, each(advances, Advance::unread)));
  }

  public void clearUnread(WorkspaceTx tx, ConversationId id, Instant now) {
    tx.handle()
        .createUpdate(
            """
            update conversation set unread_count = 0, version = version + 1, updated_at = :now
            where workspace_id = :workspace and id = :id and unread_count > 0
            """)
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .bind("now", now)
        .execute();
  }

  private static @Nullable UUID contactOf(Opening opening) {
    var contact = opening.contact();
    return contact == null || opening.group() != null ? null : contact.value();
  }

  private static @Nullable String groupOf(
      Opening opening, Function<Group, @Nullable String> field) {
    var group = opening.group();
    return group == null ? null : field.apply(group);
  }

  private static <T> @Nullable Object[] each(
      List<T> rows, Function<T, ? extends @Nullable Object> field) {
    return rows.stream().map(field).toArray();
  }

  public static Conversation read(ResultSet row) throws SQLException {
    var contact = row.getObject("contact_id", UUID.class);
    var group = row.getString("group_id");
    return new Conversation(
        new WorkspaceId(row.getObject("workspace_id", UUID.class)),
        new ConversationId(row.getObject("id", UUID.class)),
        new ChannelId(row.getObject("channel_id", UUID.class)),
        contact == null ? null : new ContactId(contact),
        group == null ? null : new Group(group, row.getString("group_subject")),
        row.getString("address"),
        ConversationStatus.fromValue(row.getString("status")),
        MessageStore.instant(row, "window_expires_at"),
        row.getInt("unread_count"),
        MessageStore.instant(row, "last_message_at"),
        row.getInt("version"),
        row.getTimestamp("created_at").toInstant(),
        row.getTimestamp("updated_at").toInstant());
  }
}

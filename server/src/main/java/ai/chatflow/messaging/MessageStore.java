package ai.chatflow.messaging;

import ai.chatflow.api.model.Message;
import ai.chatflow.api.model.MessageAdaptation;
import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.MessageContext;
import ai.chatflow.api.model.MessageDirection;
import ai.chatflow.api.model.MessageError;
import ai.chatflow.api.model.MessagePricing;
import ai.chatflow.api.model.MessagePriority;
import ai.chatflow.api.model.MessageSource;
import ai.chatflow.api.model.MessageStatus;
import ai.chatflow.platform.db.Later;
import ai.chatflow.platform.db.Where;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.ConversationId;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// SQL of messages. Rows are read straight into the contract's `Message`: it is what every reader
/// (resource, event, flow) wants, and nothing in it is derived.
public final class MessageStore {
  public static final String COLUMNS =
      """
      m.id, m.channel_id, m.conversation_id, m.contact_id, m.direction, m.source, m.status,
      m.priority, m.content, m.adapted, m.context, m.pricing, m.error, m.provider_id, m.metadata,
      m.scheduled_at, m.sent_at, m.delivered_at, m.read_at, m.failed_at, m.edited_at,
      m.deleted_at, m.created_at, m.updated_at
      """;

  private static final String INSERT =
      """
      insert into message
        (workspace_id, id, channel_id, conversation_id, contact_id, direction, source, status,
         priority, content, adapted, context, provider_id, metadata, scheduled_at, sent_at,
         created_at, updated_at)
      select :workspace, w.id, w.channel_id, w.conversation_id, w.contact_id, w.direction,
        w.source, w.status, w.priority, w.content::jsonb, w.adapted::jsonb, w.context::jsonb,
        w.provider_id, w.metadata::jsonb, w.scheduled_at, w.sent_at, :now, :now
      from unnest(:ids, :channels, :conversations, :contacts, :directions, :sources,
          :statuses, :priorities, :contents, :adaptations, :contexts, :providerIds, :metadata,
          :scheduled, :sent)
        as w (id, channel_id, conversation_id, contact_id, direction, source, status,
          priority, content, adapted, context, provider_id, metadata, scheduled_at, sent_at)
      """;

  /// Those that have an index: the column's own words are in its migration.
  private static final Set<MessageStatus> RARE =
      Set.of(
          MessageStatus.FAILED,
          MessageStatus.UNKNOWN,
          MessageStatus.SCHEDULED,
          MessageStatus.CANCELLED);

  public record Filter(
      @Nullable ConversationId conversation,
      @Nullable ContactId contact,
      @Nullable ChannelId channel,
      @Nullable MessageStatus status,
      @Nullable MessageDirection direction) {}

  public Optional<Message> find(WorkspaceTx tx, MessageId id) {
    return findAll(tx, List.of(id)).stream().findFirst();
  }

  public List<Message> findAll(WorkspaceTx tx, Collection<MessageId> ids) {
    return tx.handle()
        .createQuery(
            "select "
                + COLUMNS
                + "from message m where m.workspace_id = :workspace and m.id = any(:ids)")
        .bind("workspace", tx.workspace())
        .bindArray("ids", MessageId.class, ids.toArray())
        .map((row, _) -> read(row))
        .list();
  }

  /// Locks messages in key order.
  public List<Message> lock(WorkspaceTx tx, Collection<MessageId> ids) {
    return tx.handle()
        .createQuery(
            "select "
                + COLUMNS
                + """
                from message m
                where m.workspace_id = :workspace and m.id = any(:ids)
                order by m.id for no key update
                """)
        .bind("workspace", tx.workspace())
        .bindArray("ids", MessageId.class, ids.toArray())
        .map((row, _) -> read(row))
        .list();
  }

  public List<Message> list(WorkspaceTx tx, Filter filter, @Nullable UUID before, int limit) {
    return new Where(tx, "m.workspace_id = :workspace")
        .and("m.id < :before", "before", before)
        .and("m.conversation_id = :conversation", "conversation", filter.conversation())
        .and("m.contact_id = :contact", "contact", filter.contact())
        .and("m.channel_id = :channel", "channel", filter.channel())
        .and(
            filter.status() != null && RARE.contains(filter.status())
                ? "m.rare_status = :status"
                : "m.status = :status",
            "status",
            map(filter.status(), MessageStatus::value))
        .and(
            "m.direction = :direction",
            "direction",
            map(filter.direction(), MessageDirection::value))
        .page(
            "select " + COLUMNS + "from message m",
            "order by m.id desc",
            limit,
            MessageStore::read);
  }

  /// Appends messages; returns them as they are stored, in their order.
  public List<Message> insert(WorkspaceTx tx, List<NewMessage> messages, Instant now) {
    tx.later(
        INSERT,
        values -> {
          bindContents(values.bind("workspace", tx.workspace()).bind("now", now), messages);
          bindKinds(values, messages);
        });
    return messages.stream().map(message -> message.stored(now)).toList();
  }

  private static void bindContents(Later insert, List<NewMessage> messages) {
    insert
        .bindArray("ids", MessageId.class, each(messages, NewMessage::id))
        .bindArray("channels", ChannelId.class, each(messages, NewMessage::channel))
        .bindArray("conversations", ConversationId.class, each(messages, NewMessage::conversation))
        .bindArray("contacts", UUID.class, each(messages, m -> map(m.contact(), ContactId::value)))
        .bindArray("contents", String.class, each(messages, m -> Json.write(m.content())))
        .bindArray(
            "adaptations",
            String.class,
            each(messages, m -> m.adapted().isEmpty() ? null : Json.write(m.adapted())))
        .bindArray("contexts", String.class, each(messages, m -> map(m.context(), Json::write)))
        .bindArray("providerIds", String.class, each(messages, NewMessage::providerId))
        .bindArray("metadata", String.class, each(messages, m -> Json.write(m.metadata())))
        .bindArray("scheduled", Instant.class, each(messages, NewMessage::scheduledAt))
        .bindArray("sent", Instant.class, each(messages, NewMessage::sentAt));
  }

  private static void bindKinds(Later insert, List<NewMessage> messages) {
    insert
        .bindArray("directions", String.class, each(messages, m -> m.direction().value()))
        .bindArray("sources", String.class, each(messages, m -> m.source().value()))
        .bindArray("statuses", String.class, each(messages, m -> m.status().value()))
        .bindArray(
            "priorities",
            String.class,
            each(messages, m -> map(m.priority(), MessagePriority::value)));
  }

  /// Writes the status columns of locked messages; returns them as they are stored, in the order of
  /// their ids: what is said of many at once is said of the oldest first.
  public List<Message> updateStatuses(WorkspaceTx tx, List<Message> messages, Instant now) {
    tx.later(
        """
        update message m
        set (status, sent_at, delivered_at, read_at, failed_at, pricing, error, provider_id) = (
            select (:statuses)[p.i], (:sent)[p.i], (:delivered)[p.i], (:read)[p.i],
              (:failed)[p.i], (:pricings)[p.i]::jsonb, (:errors)[p.i]::jsonb,
              (:providerIds)[p.i]
            from array_position(:ids, m.id) as p (i)),
          updated_at = :now
        where m.workspace_id = :workspace and m.id = any(:ids)
        """,
        values ->
            values
                .bind("workspace", tx.workspace())
                .bind("now", now)
                .bindArray("ids", MessageId.class, each(messages, Message::id))
                .bindArray("statuses", String.class, each(messages, m -> m.status().value()))
                .bindArray("sent", Instant.class, each(messages, Message::sentAt))
                .bindArray("delivered", Instant.class, each(messages, Message::deliveredAt))
                .bindArray("read", Instant.class, each(messages, Message::readAt))
                .bindArray("failed", Instant.class, each(messages, Message::failedAt))
                .bindArray(
                    "pricings", String.class, each(messages, m -> map(m.pricing(), Json::write)))
                .bindArray("errors", String.class, each(messages, m -> map(m.error(), Json::write)))
                .bindArray(
                    "providerIds", String.class, each(messages, Message::providerMessageId)));
    return messages.stream()
        .map(message -> message.toBuilder().updatedAt(now).build())
        .sorted(Comparator.comparing(message -> message.id().value()))
        .toList();
  }

  public Optional<Message> edit(WorkspaceTx tx, MessageId id, MessageContent content, Instant at) {
    return change(
        tx,
        id,
        """
        content = case when m.edited_at > :at then m.content else cast(:content as jsonb) end,
        edited_at = greatest(m.edited_at, :at)
        """,
        Json.write(content),
        at);
  }

  public Optional<Message> markDeleted(WorkspaceTx tx, MessageId id, Instant at) {
    return change(tx, id, "deleted_at = coalesce(m.deleted_at, :at)", null, at);
  }

  public void delete(WorkspaceTx tx, MessageId id) {
    tx.handle()
        .createUpdate("delete from message where workspace_id = :workspace and id = :id")
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .execute();
  }

  private static Optional<Message> change(
      WorkspaceTx tx, MessageId id, String set, @Nullable String content, Instant at) {
    var update =
        tx.handle()
            .createQuery(
                "update message m set "
                    + set
                    + ", updated_at = now() where m.workspace_id = :workspace and m.id = :id"
                    + " returning "
                    + COLUMNS)
            .bind("workspace", tx.workspace())
            .bind("id", id)
            .bind("at", at);
    if (content != null) {
      update.bind("content", content);
    }
    return update.map((row, _) -> read(row)).findOne();
  }

  public static Message read(ResultSet row) throws SQLException {
    var contact = row.getObject("contact_id", UUID.class);
    return new Message(
        new MessageId(row.getObject("id", UUID.class)),
        Message.ObjectEnum.MESSAGE,
        new ChannelId(row.getObject("channel_id", UUID.class)),
        new ConversationId(row.getObject("conversation_id", UUID.class)),
        contact == null ? null : new ContactId(contact),
        MessageDirection.fromValue(row.getString("direction")),
        MessageSource.fromValue(row.getString("source")),
        MessageStatus.fromValue(row.getString("status")),
        map(row.getString("priority"), MessagePriority::fromValue),
        Json.read(row.getString("content"), MessageContent.class),
        map(row.getString("adapted"), json -> Json.readList(json, MessageAdaptation.class)),
        map(row.getString("context"), json -> Json.read(json, MessageContext.class)),
        map(row.getString("pricing"), json -> Json.read(json, MessagePricing.class)),
        map(row.getString("error"), json -> Json.read(json, MessageError.class)),
        row.getString("provider_id"),
        Json.readStrings(row.getString("metadata")),
        instant(row, "scheduled_at"),
        instant(row, "sent_at"),
        instant(row, "delivered_at"),
        instant(row, "read_at"),
        instant(row, "failed_at"),
        instant(row, "edited_at"),
        instant(row, "deleted_at"),
        row.getTimestamp("created_at").toInstant(),
        row.getTimestamp("updated_at").toInstant());
  }

  public static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    var value = row.getTimestamp(column);
    return value == null ? null : value.toInstant();
  }

  private static <T, R> @Nullable R map(@Nullable T value, Function<T, R> mapper) {
    return value == null ? null : mapper.apply(value);
  }

  private static <T> @Nullable Object[] each(
      List<T> rows, Function<T, ? extends @Nullable Object> field) {
    return rows.stream().map(field).toArray();
  }
}

package ai.chatflow.messaging.graph;

import ai.chatflow.api.model.Message;
import ai.chatflow.messaging.Conversation;
import ai.chatflow.messaging.ConversationStore;
import ai.chatflow.messaging.MessageService;
import ai.chatflow.messaging.MessageStore;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.http.Page;
import ai.chatflow.platform.http.PageRequest;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.ConversationId;
import ai.chatflow.platform.ids.WorkspaceId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The same page of the lists of many parents in one statement: `limit` rows of each, by its index.
/// A parent without rows has an empty page.
final class ParentPages {
  private static final String CONVERSATIONS =
      "select "
          + ConversationStore.COLUMNS
          + """
          from unnest(:contacts) as parent (contact)
          cross join lateral (
            select
          """
          + ConversationStore.COLUMNS
          + """
            from conversation
            where workspace_id = :workspace and contact_id = parent.contact
              and last_message_at is not null %s
            order by last_message_at desc, id desc limit :limit) as found
          order by last_message_at desc, id desc
          """;

  private static final String MESSAGES =
      "select "
          + MessageStore.COLUMNS
          + """
          from unnest(:conversations) as parent (conversation)
          cross join lateral (
            select
          """
          + MessageStore.COLUMNS
          + """
            from message m
            where m.workspace_id = :workspace and m.conversation_id = parent.conversation %s
            order by m.id desc limit :limit) as m
          order by m.id desc
          """;

  private final Db db;

  ParentPages(Db db) {
    this.db = db;
  }

  Map<ContactId, Page<Conversation>> conversations(
      WorkspaceId workspace, Collection<ContactId> contacts, PageRequest page) {
    var after = page.after().map(ConversationStore.Position::parse).orElse(null);
    List<Conversation> rows =
        db.inTransaction(
            workspace,
            tx ->
                tx.handle()
                    .createQuery(
                        CONVERSATIONS.formatted(
                            after == null ? "" : "and (last_message_at, id) < (:at, :after)"))
                    .bind("workspace", workspace)
                    .bindArray("contacts", ContactId.class, contacts.toArray())
                    .bindMap(
                        after == null
                            ? Map.of()
                            : Map.of("at", after.lastMessageAt(), "after", after.id()))
                    .bind("limit", page.limit() + 1)
                    .map((row, _) -> ConversationStore.read(row))
                    .list());
    return pages(
        contacts, rows, Conversation::contact, page.limit(), ConversationStore.Position::of);
  }

  Map<ConversationId, Page<Message>> messages(
      WorkspaceId workspace, Collection<ConversationId> conversations, PageRequest page) {
    var before = page.after().map(UUID::fromString).orElse(null);
    List<Message> rows =
        db.inTransaction(
            workspace,
            tx ->
                tx.handle()
                    .createQuery(MESSAGES.formatted(before == null ? "" : "and m.id < :before"))
                    .bind("workspace", workspace)
                    .bindArray("conversations", ConversationId.class, conversations.toArray())
                    .bindMap(before == null ? Map.of() : Map.of("before", before))
                    .bind("limit", page.limit() + 1)
                    .map((row, _) -> MessageStore.read(row))
                    .list());
    return pages(
        conversations, rows, Message::conversationId, page.limit(), MessageService::position);
  }

  private static <K, T> Map<K, Page<T>> pages(
      Collection<K> parents,
      List<T> rows,
      Function<T, @Nullable K> parent,
      int limit,
      Function<T, String> position) {
    var byParent = rows.stream().collect(Collectors.groupingBy(parent));
    var pages = new HashMap<K, Page<T>>();
    for (var key : parents) {
      pages.put(key, Page.of(byParent.getOrDefault(key, List.of()), limit, position));
    }
    return pages;
  }
}

package ai.chatflow.messaging.graph;

import ai.chatflow.api.model.ConversationStatus;
import ai.chatflow.api.model.Message;
import ai.chatflow.api.model.MessageAdaptation;
import ai.chatflow.contacts.Contact;
import ai.chatflow.contacts.ContactsGraph;
import ai.chatflow.messaging.Conversation;
import ai.chatflow.messaging.ConversationService;
import ai.chatflow.messaging.ConversationStore;
import ai.chatflow.messaging.MessageService;
import ai.chatflow.messaging.MessageStore;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.graphql.Arguments;
import ai.chatflow.platform.graphql.Connection;
import ai.chatflow.platform.graphql.Graph;
import ai.chatflow.platform.graphql.GraphWiring;
import ai.chatflow.platform.http.Page;
import ai.chatflow.platform.http.PageRequest;
import ai.chatflow.platform.http.Pages;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.ConversationId;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.ids.WorkspaceId;
import graphql.schema.DataFetchingEnvironment;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Conversations and messages in GraphQL, those of contacts too.
public final class MessagingGraph implements Graph {
  static final String CONVERSATION = "conversations.byId";
  private static final String CONVERSATIONS = "conversations.ofContact";
  static final String MESSAGE = "messages.byId";
  private static final String MESSAGES = "messages.ofConversation";

  private final ConversationService conversations;
  private final MessageService messages;
  private final ParentPages ofParents;
  private final Pages pages;

  /// The page of one parent's list.
  private record PageOf<K>(K parent, PageRequest page) {}

  public MessagingGraph(
      ConversationService conversations, MessageService messages, Db db, Pages pages) {
    this.conversations = conversations;
    this.messages = messages;
    this.ofParents = new ParentPages(db);
    this.pages = pages;
  }

  @Override
  public void wire(GraphWiring wiring) {
    loaders(wiring);
    wiring.connection("Conversation");
    wiring.connection("Message");
    wiring
        .query()
        .field(
            "conversation",
            env -> find(env, CONVERSATION, Arguments.id(env, ConversationId::fromString)))
        .field("conversations", this::conversations)
        .field("message", env -> find(env, MESSAGE, Arguments.id(env, MessageId::fromString)))
        .field("messages", this::messages);
    wiring.type("Contact", Contact.class).field("conversations", this::conversationsOfContact);
    wiring
        .type("Conversation", Conversation.class)
        .property("id", conversation -> conversation.id().toString())
        .property("channelId", conversation -> conversation.channel().toString())
        .property("status", Conversation::status)
        .property("unreadCount", Conversation::unreadCount)
        .property("windowExpiresAt", Conversation::windowExpiresAt)
        .property("lastMessageAt", Conversation::lastMessageAt)
        .property("createdAt", Conversation::createdAt)
        .field(
            "contact", env -> ContactsGraph.contact(env, source(env, Conversation.class).contact()))
        .field("messages", this::messagesOfConversation);
    message(wiring);
  }

  private static void message(GraphWiring wiring) {
    wiring
        .type("Message", Message.class)
        .property("id", message -> message.id().toString())
        .property("channelId", message -> message.channelId().toString())
        .property("conversationId", message -> message.conversationId().toString())
        .property("direction", Message::direction)
        .property("status", Message::status)
        .property("content", Message::content)
        .property("adapted", Message::adapted)
        .property("createdAt", Message::createdAt)
        .property("sentAt", Message::sentAt)
        .property("deliveredAt", Message::deliveredAt)
        .property("readAt", Message::readAt)
        .field(
            "contact", env -> ContactsGraph.contact(env, source(env, Message.class).contactId()));
    wiring
        .type("MessageAdaptation", MessageAdaptation.class)
        .property("from", adaptation -> adaptation.from().value())
        .property("to", adaptation -> adaptation.to().value())
        .property("reason", adaptation -> adaptation.reason().value())
        .property("limit", MessageAdaptation::limit);
  }

  private void loaders(GraphWiring wiring) {
    wiring.<ConversationId, Conversation>loader(
        CONVERSATION, ids -> conversations.getAll(workspace(), ids));
    wiring.<MessageId, Message>loader(MESSAGE, ids -> messages.getAll(workspace(), ids));
    wiring.<PageOf<ContactId>, Page<Conversation>>loader(
        CONVERSATIONS,
        keys -> eachPage(keys, (ids, page) -> ofParents.conversations(workspace(), ids, page)));
    wiring.<PageOf<ConversationId>, Page<Message>>loader(
        MESSAGES,
        keys -> eachPage(keys, (ids, page) -> ofParents.messages(workspace(), ids, page)));
  }

  private Connection<Conversation> conversations(DataFetchingEnvironment env) {
    var channel = Arguments.filter(env, "channelId", ChannelId::fromString);
    var status = Arguments.filter(env, "status", ConversationStatus::valueOf);
    var request = Arguments.page(env, pages, "conversations", null, channel, status);
    var filter = new ConversationStore.Filter(null, channel, status);
    return Connection.of(
        conversations.list(workspace(), filter, request.page()),
        request,
        ConversationStore.Position::of);
  }

  private Connection<Message> messages(DataFetchingEnvironment env) {
    var conversation = Arguments.filter(env, "conversationId", ConversationId::fromString);
    var contact = Arguments.filter(env, "contactId", ContactId::fromString);
    var request = Arguments.page(env, pages, "messages", conversation, contact, null, null, null);
    var filter = new MessageStore.Filter(conversation, contact, null, null, null);
    return Connection.of(
        messages.list(workspace(), filter, request.page()), request, MessageService::position);
  }

  private CompletableFuture<Connection<Conversation>> conversationsOfContact(
      DataFetchingEnvironment env) {
    var contact = source(env, Contact.class).id();
    var request = Arguments.page(env, pages, "conversations", contact, null, null);
    return GraphWiring.<PageOf<ContactId>, Page<Conversation>>load(
            env, CONVERSATIONS, new PageOf<>(contact, request.page()))
        .thenApply(page -> Connection.of(required(page), request, ConversationStore.Position::of));
  }

  private CompletableFuture<Connection<Message>> messagesOfConversation(
      DataFetchingEnvironment env) {
    var conversation = source(env, Conversation.class).id();
    var request = Arguments.page(env, pages, "messages", conversation, null, null, null, null);
    return GraphWiring.<PageOf<ConversationId>, Page<Message>>load(
            env, MESSAGES, new PageOf<>(conversation, request.page()))
        .thenApply(page -> Connection.of(required(page), request, MessageService::position));
  }

  private static <K> CompletableFuture<@Nullable Object> find(
      DataFetchingEnvironment env, String loader, Optional<K> id) {
    return id.isEmpty()
        ? CompletableFuture.completedFuture(null)
        : GraphWiring.load(env, loader, id.get());
  }

  /// One read for each page that is asked for: the parents of a level ask for the same one.
  private static <K, T> Map<PageOf<K>, Page<T>> eachPage(
      Collection<PageOf<K>> keys, PageReader<K, T> reader) {
    var found = new HashMap<PageOf<K>, Page<T>>();
    keys.stream()
        .collect(
            Collectors.groupingBy(
                PageOf::page, Collectors.mapping(PageOf::parent, Collectors.toList())))
        .forEach(
            (page, parents) ->
                reader
                    .read(parents, page)
                    .forEach((parent, items) -> found.put(new PageOf<>(parent, page), items)));
    return found;
  }

  private interface PageReader<K, T> {
    Map<K, Page<T>> read(Collection<K> parents, PageRequest page);
  }

  private static <T> T source(DataFetchingEnvironment env, Class<T> type) {
    return Objects.requireNonNull(type.cast(env.getSource()));
  }

  private static <T> T required(@Nullable T value) {
    return Objects.requireNonNull(value);
  }

  private static WorkspaceId workspace() {
    return RequestContext.current().workspace();
  }
}

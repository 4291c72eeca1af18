package ai.chatflow.messaging.graph;

import ai.chatflow.channels.ChannelService;
import ai.chatflow.contacts.ContactService;
import ai.chatflow.messaging.ConversationService;
import ai.chatflow.platform.context.Principal;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.events.EventCursor;
import ai.chatflow.platform.events.EventFilter;
import ai.chatflow.platform.events.EventSubject;
import ai.chatflow.platform.events.EventType;
import ai.chatflow.platform.events.LiveEvents;
import ai.chatflow.platform.events.StoredEvent;
import ai.chatflow.platform.graphql.Arguments;
import ai.chatflow.platform.graphql.Endless;
import ai.chatflow.platform.graphql.Graph;
import ai.chatflow.platform.graphql.GraphWiring;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.ConversationId;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.ids.WorkspaceId;
import graphql.schema.DataFetchingEnvironment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What happens to messages and conversations, live. An event carries what it is about as it is
/// now, read by the loaders of queries, so that the selection and its permissions are those.
public final class LiveGraph implements Graph {
  private static final String PREFIX = "MESSAGE_";

  /// The types of `MessageEventType`, by their names there.
  static final Map<String, EventType> OF_MESSAGES =
      Arrays.stream(EventType.values())
          .filter(type -> type.name().startsWith(PREFIX))
          .collect(
              Collectors.toUnmodifiableMap(
                  type -> type.name().substring(PREFIX.length()), Function.identity()));

  /// Those of `ConversationEventType`.
  static final Map<String, EventType> OF_CONVERSATIONS =
      Map.of(
          "CREATED", EventType.CONVERSATION_CREATED,
          "MESSAGE_RECEIVED", EventType.MESSAGE_RECEIVED,
          "MESSAGE_SENT", EventType.MESSAGE_SENT);

  private final LiveEvents events;
  private final ConversationService conversations;
  private final ChannelService channels;
  private final ContactService contacts;

  public LiveGraph(
      LiveEvents events,
      ConversationService conversations,
      ChannelService channels,
      ContactService contacts) {
    this.events = events;
    this.conversations = conversations;
    this.channels = channels;
    this.contacts = contacts;
  }

  @Override
  public void wire(GraphWiring wiring) {
    wiring.type("Viewer", Principal.class).field("position", _ -> events.head(workspace()));
    wiring
        .subscription()
        .field("messages", env -> follow(env, OF_MESSAGES))
        .field("conversations", env -> follow(env, OF_CONVERSATIONS));
    event(wiring, "MessageEvent", OF_MESSAGES);
    event(wiring, "ConversationEvent", OF_CONVERSATIONS);
  }

  private static void event(GraphWiring wiring, String name, Map<String, EventType> types) {
    wiring
        .type(name, StoredEvent.class)
        .property("position", StoredEvent::position)
        .property("type", event -> nameOf(types, event))
        .property("createdAt", StoredEvent::timestamp)
        .field(
            "message", env -> load(env, "message", MessagingGraph.MESSAGE, MessageId::fromString))
        .field(
            "conversation",
            env ->
                load(env, "conversation", MessagingGraph.CONVERSATION, ConversationId::fromString));
  }

  private Endless<StoredEvent> follow(DataFetchingEnvironment env, Map<String, EventType> offered) {
    var subjects = new HashMap<String, String>();
    filter(env, "conversation", ConversationId::fromString)
        .ifPresent(
            id -> subjects.put("conversation", conversations.get(workspace(), id).id().toString()));
    filter(env, "channel", ChannelId::fromString)
        .ifPresent(id -> subjects.put("channel", channels.get(workspace(), id).id().toString()));
    filter(env, "contact", ContactId::fromString)
        .ifPresent(id -> subjects.put("contact", contacts.get(workspace(), id).id().toString()));
    List<String> types = env.getArgument("types");
    var wanted = types == null || types.isEmpty() ? offered.keySet() : types;
    return endless(
        events.follow(
            workspace(),
            env.getArgument("after"),
            new EventFilter(
                wanted.stream().map(type -> Objects.requireNonNull(offered.get(type))).toList(),
                subjects)));
  }

  private static Endless<StoredEvent> endless(EventCursor cursor) {
    return new Endless<>(
        new Endless.Source<>() {
          @Override
          public Optional<StoredEvent> next() throws InterruptedException {
            return cursor.next();
          }

          @Override
          public void close() {
            cursor.close();
          }
        });
  }

  private static <T> Optional<T> filter(
      DataFetchingEnvironment env, String kind, Function<String, T> parse) {
    return Optional.ofNullable(Arguments.filter(env, kind + "Id", parse));
  }

  private static <K> CompletableFuture<@Nullable Object> load(
      DataFetchingEnvironment env, String kind, String loader, Function<String, K> parse) {
    StoredEvent event = Objects.requireNonNull(env.getSource());
    var id = EventSubject.of(event).id(kind);
    return id.isEmpty()
        ? CompletableFuture.completedFuture(null)
        : GraphWiring.load(env, loader, parse.apply(id.get()));
  }

  private static String nameOf(Map<String, EventType> types, StoredEvent event) {
    return types.entrySet().stream()
        .filter(type -> type.getValue().wireName().equals(event.type()))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  private static WorkspaceId workspace() {
    return RequestContext.current().workspace();
  }
}

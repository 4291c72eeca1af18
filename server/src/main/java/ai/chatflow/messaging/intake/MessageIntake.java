package ai.chatflow.messaging.intake;

import ai.chatflow.api.model.ContactIdentity;
import ai.chatflow.api.model.Message;
import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.MessageContext;
import ai.chatflow.api.model.MessageDirection;
import ai.chatflow.api.model.MessageSource;
import ai.chatflow.api.model.MessageStatus;
import ai.chatflow.api.model.ReactionContent;
import ai.chatflow.channels.Group;
import ai.chatflow.channels.InboundUpdate.MessageIn;
import ai.chatflow.channels.InboundUpdate.Origin;
import ai.chatflow.contacts.ContactResolver;
import ai.chatflow.contacts.Newcomer;
import ai.chatflow.content.Capabilities;
import ai.chatflow.messaging.Conversation;
import ai.chatflow.messaging.ConversationStore;
import ai.chatflow.messaging.ConversationStore.Advance;
import ai.chatflow.messaging.ConversationStore.Opening;
import ai.chatflow.messaging.Evidence;
import ai.chatflow.messaging.InboundListener.Candidate;
import ai.chatflow.messaging.MessageEvents;
import ai.chatflow.messaging.MessageStore;
import ai.chatflow.messaging.NewMessage;
import ai.chatflow.messaging.ProviderRefStore;
import ai.chatflow.messaging.StatusIntake;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.ConversationId;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.MessageId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Stores messages that came in, many at once: identity → contact → conversation → reference →
/// message → event → inbound work, each a set-based statement over rows in key order.
final class MessageIntake {
  private static final Comparator<Opening> OPENING_ORDER =
      Comparator.comparing((Opening o) -> o.channel().value())
          .thenComparing(o -> String.valueOf(o.contact()))
          .thenComparing(o -> o.group() == null ? "" : o.group().providerId());

  private final IdGenerator ids;
  private final ContactResolver contacts;
  private final MessageEvents events;
  private final InboundQueue inbound;
  private final StatusIntake statuses;
  private final Amendments amendments;
  private final ConversationStore conversations = new ConversationStore();
  private final MessageStore messages = new MessageStore();
  private final ProviderRefStore refs = new ProviderRefStore();

  MessageIntake(
      IdGenerator ids,
      ContactResolver contacts,
      MessageEvents events,
      InboundQueue inbound,
      StatusIntake statuses,
      Amendments amendments) {
    this.ids = ids;
    this.contacts = contacts;
    this.events = events;
    this.inbound = inbound;
    this.statuses = statuses;
    this.amendments = amendments;
  }

  /// A message on the channel it came by.
  ///
  /// @param can what the channel carries
  record Arrival(ChannelId channel, MessageIn message, Capabilities can) {
    ProviderRefStore.Key key() {
      return new ProviderRefStore.Key(channel, message.providerId());
    }
  }

  void store(WorkspaceTx tx, List<Arrival> arrivals, Instant now) {
    var fresh = unique(arrivals);
    if (fresh.isEmpty()) {
      return;
    }
    var people = contactsOf(fresh, contacts.resolve(tx, newcomers(fresh)));
    var openings = openings(fresh, people);
    var ids = newIds(fresh);
    var found = conversations.lock(tx, openings);
    var unknown = refs.insertMissing(tx, ids);
    var opened = conversations.open(tx, openings, found);
    events.created(tx, opened.made(), now);
    var late = new ArrayList<ProviderRefStore.Key>();
    var located = claimed(tx, located(fresh, people, ids, opened.all()), unknown, late);
    var claimed = TypedAnswers.read(tx, located);
    if (claimed.isEmpty()) {
      return;
    }
    inbound.offer(tx, candidates(claimed));
    var stored = insert(tx, claimed, now);
    conversations.advance(tx, advances(claimed), now);
    announce(tx, claimed, stored);
    settlePending(tx, claimed, now);
    amendments.catchUp(tx, late);
  }

  /// The first of several arrivals with one provider id; the others are duplicates.
  private static List<Arrival> unique(List<Arrival> arrivals) {
    var byKey = new LinkedHashMap<ProviderRefStore.Key, Arrival>();
    arrivals.forEach(a -> byKey.putIfAbsent(a.key(), a));
    return List.copyOf(byKey.values());
  }

  private static List<Newcomer> newcomers(List<Arrival> arrivals) {
    return arrivals.stream()
        .map(a -> a.message().party())
        .filter(p -> !p.identities().isEmpty())
        .map(p -> new Newcomer(p.identities(), p.name()))
        .toList();
  }

  private static List<@Nullable ContactId> contactsOf(
      List<Arrival> arrivals, List<ContactId> people) {
    var next = people.iterator();
    var found = new ArrayList<@Nullable ContactId>();
    for (var arrival : arrivals) {
      found.add(arrival.message().party().identities().isEmpty() ? null : next.next());
    }
    return found;
  }

  /// Distinct, in the order in which conversations are locked.
  private List<Opening> openings(List<Arrival> arrivals, List<@Nullable ContactId> people) {
    var distinct = new TreeSet<>(OPENING_ORDER);
    for (int i = 0; i < arrivals.size(); i++) {
      distinct.add(opening(arrivals.get(i), people.get(i)));
    }
    return List.copyOf(distinct);
  }

  /// The ids that new messages get, by their provider's.
  private SortedMap<ProviderRefStore.Key, @Nullable MessageId> newIds(List<Arrival> arrivals) {
    var wanted = new TreeMap<ProviderRefStore.Key, @Nullable MessageId>();
    for (int i = 0; i < arrivals.size(); i++) {
      wanted.put(arrivals.get(i).key(), idOf(arrivals.get(i), i));
    }
    return wanted;
  }

  private static List<Located> located(
      List<Arrival> arrivals,
      List<@Nullable ContactId> people,
      Map<ProviderRefStore.Key, @Nullable MessageId> ids,
      List<Conversation> conversations) {
    var byPlace = new HashMap<String, Conversation>();
    for (var one : conversations) {
      byPlace.put(place(one.channel(), one.group(), one.contact()), one);
    }
    var located = new ArrayList<Located>();
    for (int i = 0; i < arrivals.size(); i++) {
      var arrival = arrivals.get(i);
      var place = place(arrival.channel(), arrival.message().group(), people.get(i));
      located.add(
          new Located(
              arrival,
              Objects.requireNonNull(ids.get(arrival.key())),
              people.get(i),
              Objects.requireNonNull(byPlace.get(place))));
    }
    return located;
  }

  /// What is older than the channel here keeps its place in time; Meta's times are whole seconds,
  /// in which the order of the webhook holds.
  private MessageId idOf(Arrival arrival, int place) {
    var told = arrival.message();
    return new MessageId(told.origin() == Origin.HISTORY ? ids.at(told.at(), place) : ids.next());
  }

  private Opening opening(Arrival arrival, @Nullable ContactId contact) {
    var message = arrival.message();
    var group = message.group();
    var address =
        group != null
            ? group.providerId()
            : message.party().identities().stream()
                .findFirst()
                .map(ContactIdentity::value)
                .orElse("");
    return new Opening(new ConversationId(ids.next()), arrival.channel(), contact, group, address);
  }

  private static String place(
      ChannelId channel, @Nullable Group group, @Nullable ContactId contact) {
    return channel + "|" + (group == null ? contact : group.providerId());
  }

  /// Those whose provider's id is taken for them. A known id is a duplicate, unless only a status
  /// of it came so far.
  ///
  /// @param fresh the ids that were not known
  /// @param late gets the ids of which something was said before their message came
  private List<Located> claimed(
      WorkspaceTx tx,
      List<Located> located,
      Set<ProviderRefStore.Key> fresh,
      List<ProviderRefStore.Key> late) {
    if (fresh.size() == located.size()) {
      return located;
    }
    var taken = new ArrayList<Located>();
    var keys = located.stream().map(item -> item.arrival().key());
    var known = refs.lock(tx, keys.filter(k -> !fresh.contains(k)).toList());
    for (var item : located) {
      var ref = known.get(item.arrival().key());
      if (ref == null || ref.message() == null) {
        taken.add(item);
      }
      if (ref != null && ref.message() == null) {
        late.add(ref.key());
        refs.update(tx, List.of(new ProviderRefStore.Ref(ref.key(), item.id(), ref.pending())));
      }
    }
    return taken;
  }

  /// Statuses that came before their echo take effect now. History tells how far a message got, but
  /// not when.
  private void settlePending(WorkspaceTx tx, List<Located> claimed, Instant now) {
    var reports =
        claimed.stream()
            .filter(item -> item.direction() == MessageDirection.OUTBOUND)
            .map(
                item ->
                    new StatusIntake.Report(
                        item.arrival().key(),
                        item.id(),
                        Evidence.of(
                            item.arrival().message().origin() == Origin.HISTORY
                                ? MessageStatus.SENT
                                : item.status(),
                            item.arrival().message().at(),
                            null,
                            null,
                            item.arrival().message().providerId())))
            .toList();
    statuses.apply(tx, reports, now);
  }

  private Map<MessageId, Message> insert(WorkspaceTx tx, List<Located> claimed, Instant now) {
    var quoted = refs.messages(tx, claimed.stream().flatMap(i -> quotes(i).stream()).toList());
    var rows = claimed.stream().map(item -> row(item, quoted)).toList();
    var stored = new HashMap<MessageId, Message>();
    messages.insert(tx, rows, now).forEach(m -> stored.put(m.id(), m));
    return stored;
  }

  private static List<ProviderRefStore.Key> quotes(Located item) {
    var keys = new ArrayList<ProviderRefStore.Key>();
    var message = item.arrival().message();
    var channel = item.arrival().channel();
    if (message.replyToProviderId() != null) {
      keys.add(new ProviderRefStore.Key(channel, message.replyToProviderId()));
    }
    if (message.content() instanceof ReactionContent r && r.providerMessageId() != null) {
      keys.add(new ProviderRefStore.Key(channel, r.providerMessageId()));
    }
    return keys;
  }

  private static NewMessage row(Located item, Map<ProviderRefStore.Key, MessageId> quoted) {
    var message = item.arrival().message();
    return new NewMessage(
        item.id(),
        item.arrival().channel(),
        item.conversation().id(),
        item.contact(),
        item.direction(),
        switch (message.origin()) {
          case CONTACT -> MessageSource.CONTACT;
          case ECHO -> MessageSource.ECHO;
          case HISTORY -> MessageSource.HISTORY;
        },
        item.status(),
        null,
        content(item, quoted),
        List.of(),
        context(item, quoted),
        message.providerId(),
        Map.of(),
        null,
        message.at());
  }

  private static MessageContent content(Located item, Map<ProviderRefStore.Key, MessageId> quoted) {
    if (item.arrival().message().content() instanceof ReactionContent reaction
        && reaction.messageId() == null
        && reaction.providerMessageId() != null) {
      return reaction.toBuilder()
          .messageId(
              quoted.get(
                  new ProviderRefStore.Key(item.arrival().channel(), reaction.providerMessageId())))
          .build();
    }
    return item.arrival().message().content();
  }

  private static @Nullable MessageContext context(
      Located item, Map<ProviderRefStore.Key, MessageId> quoted) {
    var message = item.arrival().message();
    var given = message.context();
    var reply = message.replyToProviderId();
    if (given == null && reply == null && message.group() == null) {
      return null;
    }
    var context = given == null ? MessageContext.builder() : given.toBuilder();
    if (reply != null) {
      context
          .replyToProviderId(reply)
          .replyToMessageId(quoted.get(new ProviderRefStore.Key(item.arrival().channel(), reply)));
    }
    if (message.group() != null) {
      context.groupId(message.group().providerId());
    }
    return context.build();
  }

  private static List<Advance> advances(List<Located> claimed) {
    var byConversation =
        new TreeMap<ConversationId, Advance>(Comparator.comparing(ConversationId::value));
    for (var item : claimed) {
      var message = item.arrival().message();
      var fromPerson = item.fromPerson();
      var window = item.arrival().can().window();
      var advance =
          new Advance(
              item.conversation().id(),
              message.at(),
              fromPerson && window != null ? message.at().plus(window) : null,
              fromPerson ? 1 : 0);
      byConversation.merge(advance.id(), advance, MessageIntake::join);
    }
    return List.copyOf(byConversation.values());
  }

  private static Advance join(Advance a, Advance b) {
    return new Advance(
        a.id(),
        a.lastMessageAt().isAfter(b.lastMessageAt()) ? a.lastMessageAt() : b.lastMessageAt(),
        later(a.windowExpiresAt(), b.windowExpiresAt()),
        a.unread() + b.unread());
  }

  private static @Nullable Instant later(@Nullable Instant a, @Nullable Instant b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.isAfter(b) ? a : b;
  }

  private void announce(WorkspaceTx tx, List<Located> claimed, Map<MessageId, Message> stored) {
    events.reached(
        tx,
        claimed.stream()
            .filter(Located::told)
            .map(i -> Objects.requireNonNull(stored.get(i.id())))
            .toList());
  }

  private static List<Candidate> candidates(List<Located> claimed) {
    return claimed.stream()
        .filter(i -> i.told() && i.fromPerson())
        .flatMap(MessageIntake::candidate)
        .toList();
  }

  private static Stream<Candidate> candidate(Located item) {
    var arrival = item.arrival();
    return Stream.ofNullable(item.contact())
        .map(
            contact ->
                new Candidate(item.id(), contact, arrival.channel(), arrival.message().content()));
  }
}

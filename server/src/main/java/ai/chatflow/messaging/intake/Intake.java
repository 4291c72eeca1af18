package ai.chatflow.messaging.intake;

import ai.chatflow.api.model.ContactIdentity;
import ai.chatflow.api.model.ContactIdentityKind;
import ai.chatflow.channels.ChannelService;
import ai.chatflow.channels.ChannelUpdates;
import ai.chatflow.channels.InboundUpdate;
import ai.chatflow.channels.InboundUpdate.EditIn;
import ai.chatflow.channels.InboundUpdate.IdentityChangeIn;
import ai.chatflow.channels.InboundUpdate.MessageIn;
import ai.chatflow.channels.InboundUpdate.NoticeIn;
import ai.chatflow.channels.InboundUpdate.PreferenceIn;
import ai.chatflow.channels.InboundUpdate.RevokeIn;
import ai.chatflow.channels.InboundUpdate.StatusIn;
import ai.chatflow.channels.Party;
import ai.chatflow.contacts.ContactResolver;
import ai.chatflow.contacts.Newcomer;
import ai.chatflow.content.Capabilities;
import ai.chatflow.messaging.Evidence;
import ai.chatflow.messaging.ProviderRefStore;
import ai.chatflow.messaging.StatusIntake;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.templates.TemplateNotices;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Lets a batch of updates of one workspace take effect in one transaction: people who moved, then
/// messages, then what became of messages, then notices.
final class Intake {
  private final ChannelService channels;
  private final ContactResolver contacts;
  private final MessageIntake messages;
  private final StatusIntake statuses;
  private final Notices notices;
  private final InstantSource clock;
  private final Amendments amendments;

  Intake(
      ChannelService channels,
      ContactResolver contacts,
      MessageIntake messages,
      StatusIntake statuses,
      Amendments amendments,
      Notices notices,
      InstantSource clock) {
    this.channels = channels;
    this.contacts = contacts;
    this.messages = messages;
    this.statuses = statuses;
    this.amendments = amendments;
    this.notices = notices;
    this.clock = clock;
  }

  /// An update and the channel it came by; null for a notice about an account.
  ///
  /// @param can what the channel carries
  private record Item(
      @Nullable ChannelId channel,
      @Nullable Capabilities can,
      String provider,
      InboundUpdate update) {}

  void store(WorkspaceTx tx, List<ChannelUpdates> updates) {
    var items = locate(tx, updates);
    moveIdentities(tx, items);
    var now = clock.instant();
    messages.store(tx, arrivals(items), now);
    statuses.apply(tx, reports(items), now);
    for (var item : items) {
      remaining(tx, item);
    }
    notices.apply(tx, heard(items));
  }

  /// Updates of a channel that was deleted meanwhile are dropped: nobody is left to show them to.
  private List<Item> locate(WorkspaceTx tx, List<ChannelUpdates> updates) {
    var named = updates.stream().map(ChannelUpdates::channel).filter(Objects::nonNull).distinct();
    var carried = channels.capabilities(tx, named.toList());
    var items = new ArrayList<Item>();
    for (var update : updates) {
      var id = update.channel();
      var can = carried.get(id);
      if (id == null || can != null) {
        update.updates().forEach(one -> items.add(new Item(id, can, update.provider(), one)));
      }
    }
    return items;
  }

  private void moveIdentities(WorkspaceTx tx, List<Item> items) {
    for (var item : items) {
      if (item.update() instanceof IdentityChangeIn change) {
        contacts.move(tx, identity(change.from()), identity(change.to()));
      }
    }
  }

  private static ContactIdentity identity(String value) {
    return new ContactIdentity(
        value.startsWith("+") ? ContactIdentityKind.PHONE : ContactIdentityKind.WHATSAPP_USER_ID,
        value);
  }

  private List<MessageIntake.Arrival> arrivals(List<Item> items) {
    var arrivals = new ArrayList<MessageIntake.Arrival>();
    for (var item : items) {
      var message =
          switch (item.update()) {
            case MessageIn in -> in;
            case IdentityChangeIn change -> moved(change);
            default -> null;
          };
      if (message != null && item.channel() != null && item.can() != null) {
        arrivals.add(new MessageIntake.Arrival(item.channel(), message, item.can()));
      }
    }
    return arrivals;
  }

  /// The notice comes from the old identity, which has just moved.
  private static MessageIn moved(IdentityChangeIn change) {
    var notice = change.notice();
    var party = new Party(List.of(identity(change.to())), notice.party().name());
    return new MessageIn(
        notice.providerId(),
        notice.at(),
        party,
        notice.origin(),
        notice.content(),
        notice.context(),
        notice.replyToProviderId(),
        notice.group(),
        notice.status());
  }

  private static List<StatusIntake.Report> reports(List<Item> items) {
    var reports = new ArrayList<StatusIntake.Report>();
    for (var item : items) {
      if (item.update() instanceof StatusIn in && item.channel() != null) {
        reports.add(
            new StatusIntake.Report(
                new ProviderRefStore.Key(item.channel(), in.providerId()),
                in.ourId(),
                Evidence.of(in.status(), in.at(), in.error(), in.pricing(), in.providerId())));
      }
    }
    return reports;
  }

  private void remaining(WorkspaceTx tx, Item item) {
    switch (item.update()) {
      case EditIn edit -> amend(item, channel -> amendments.edit(tx, channel, edit));
      case RevokeIn revoke -> amend(item, channel -> amendments.revoke(tx, channel, revoke));
      case PreferenceIn preference -> amend(item, channel -> prefer(tx, channel, preference));
      case NoticeIn notice -> notices.tell(tx, item.channel(), item.provider(), notice);
      case MessageIn _, StatusIn _, IdentityChangeIn _ -> {}
    }
  }

  private static List<TemplateNotices.Heard> heard(List<Item> items) {
    var heard = new ArrayList<TemplateNotices.Heard>();
    for (var item : items) {
      if (item.update() instanceof NoticeIn notice && item.channel() != null) {
        heard.add(new TemplateNotices.Heard(item.channel(), item.provider(), notice));
      }
    }
    return heard;
  }

  private static void amend(Item item, Consumer<ChannelId> action) {
    if (item.channel() != null) {
      action.accept(item.channel());
    }
  }

  private void prefer(WorkspaceTx tx, ChannelId channel, PreferenceIn preference) {
    var party = preference.party();
    var contact =
        contacts.resolve(tx, List.of(new Newcomer(party.identities(), party.name()))).getFirst();
    notices.preference(tx, contact, channel, preference);
  }
}

package ai.chatflow.templates;

import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.ChannelService;
import ai.chatflow.channels.InboundUpdate.NoticeIn;
import ai.chatflow.channels.TemplateCatalogue;
import ai.chatflow.channels.TemplateCatalogue.News;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.Conflict;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.errors.NotFound;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.MessageTemplateId;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds the account of a channel, a channel of an account, and the way to its provider.
final class Accounts {
  private final ChannelService channels;
  private final TemplateStore templates = new TemplateStore();

  Accounts(ChannelService channels) {
    this.channels = channels;
  }

  /// The template, locked.
  ///
  /// @throws NotFound when there is none
  Template template(WorkspaceTx tx, MessageTemplateId id) {
    return templates.lock(tx, id).orElseThrow(() -> unknown(id));
  }

  static NotFound unknown(MessageTemplateId id) {
    return new NotFound(ProblemCode.NOT_FOUND, "No message template " + id + ".");
  }

  /// The account of the channel that a request names.
  Account named(WorkspaceTx tx, ChannelId id) {
    var channel =
        channels
            .find(tx, id)
            .orElseThrow(
                () -> invalid(ProblemCode.VALIDATION_FAILED, "is no channel of this workspace"));
    return account(channel)
        .orElseThrow(
            () -> invalid(ProblemCode.CONTENT_NOT_SUPPORTED, "is a channel without templates"));
  }

  /// Empty for channels of providers that review no templates.
  Optional<Account> account(Channel channel) {
    return channels.adapter(channel.type()).templates() == null
        ? Optional.empty()
        : Account.of(channel);
  }

  /// The account of this channel, as far as there are both.
  Optional<Account> ofChannel(WorkspaceTx tx, ChannelId id) {
    return channels.find(tx, id).flatMap(this::account);
  }

  /// The accounts of these channels, as far as there are both.
  Map<ChannelId, Account> ofChannels(WorkspaceTx tx, Collection<ChannelId> ids) {
    var found = new HashMap<ChannelId, Account>();
    channels
        .findAll(tx, ids)
        .forEach((id, channel) -> account(channel).ifPresent(account -> found.put(id, account)));
    return found;
  }

  /// What a notice of a provider says about a template; empty when it is about something else.
  Optional<News> read(String provider, NoticeIn notice) {
    return Arrays.stream(ChannelType.values())
        .filter(type -> type.value().equals(provider))
        .flatMap(type -> Stream.ofNullable(channels.adapter(type).templates()))
        .flatMap(catalogue -> catalogue.read(notice).stream())
        .findFirst();
  }

  /// A channel by which the provider is asked.
  ///
  /// @throws Conflict when none of the account is connected
  Channel channel(WorkspaceTx tx, Account account) {
    return connected(tx, account)
        .orElseThrow(
            () ->
                new Conflict(
                    ProblemCode.CHANNEL_NOT_CONNECTED,
                    "No channel of the account " + account.id() + " is connected."));
  }

  Optional<Channel> connected(WorkspaceTx tx, Account account) {
    return channels.ofGroup(tx, account.type(), account.id()).filter(Channel::connected);
  }

  TemplateCatalogue catalogue(ChannelType type) {
    var catalogue = channels.adapter(type).templates();
    if (catalogue == null) {
      throw new IllegalStateException("no templates at " + type);
    }
    return catalogue;
  }

  private static Invalid invalid(ProblemCode code, String detail) {
    return new Invalid(
        code,
        "The channel has no templates.",
        List.of(new FieldError("/channel_id", "not_found", detail)));
  }
}

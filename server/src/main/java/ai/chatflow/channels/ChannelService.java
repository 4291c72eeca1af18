package ai.chatflow.channels;

import ai.chatflow.api.model.ChannelConfigInput;
import ai.chatflow.api.model.ChannelStatus;
import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.MessageError;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.channels.ChannelSetup.Known;
import ai.chatflow.channels.ChannelSetup.Settings;
import ai.chatflow.content.Capabilities;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.Conflict;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.errors.NotFound;
import ai.chatflow.platform.events.EventType;
import ai.chatflow.platform.http.ETags;
import ai.chatflow.platform.http.Page;
import ai.chatflow.platform.http.PageRequest;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.HookId;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.WorkspaceId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The door to channels.
public final class ChannelService {
  private final Db db;
  private final ChannelStore store;
  private final Hooks hooks;
  private final ChannelEvents events;
  private final ChannelAdapters adapters;
  private final IdGenerator ids;
  private final InstantSource clock;

  ChannelService(
      Db db,
      ChannelStore store,
      Hooks hooks,
      ChannelEvents events,
      ChannelAdapters adapters,
      IdGenerator ids,
      InstantSource clock) {
    this.db = db;
    this.store = store;
    this.hooks = hooks;
    this.events = events;
    this.adapters = adapters;
    this.ids = ids;
    this.clock = clock;
  }

  /// A merge patch of a channel: what is null stays.
  public record Patch(
      @Nullable String name,
      @Nullable ChannelConfigInput config,
      @Nullable Integer rate,
      @Nullable Map<String, @Nullable String> metadata) {}

  /// Makes a channel. Its secrets can be used and replaced, never read.
  public Channel create(
      WorkspaceId workspace,
      String name,
      ChannelConfigInput config,
      @Nullable Integer rate,
      @Nullable Map<String, String> metadata) {
    return db.inTransaction(
        workspace,
        tx -> {
          var id = new ChannelId(ids.next());
          Instant now = clock.instant();
          ChannelAdapter adapter = adapters.of(config);
          Settings settings = settle(tx, adapter, id, null, config);
          var channel =
              new Channel(
                  workspace,
                  id,
                  adapter.type(),
                  settings.account(),
                  settings.accountGroup(),
                  name,
                  ChannelStatus.CONNECTED,
                  null,
                  settings.config(),
                  join(tx, adapter, settings),
                  settings.credential(),
                  rate == null ? adapter.sendRate() : rate,
                  metadata == null ? Map.of() : metadata,
                  1,
                  now,
                  now);
          if (!store.insert(tx, channel)) {
            throw taken();
          }
          events.append(tx, EventType.CHANNEL_CREATED, channel);
          return channel;
        });
  }

  public Channel get(WorkspaceId workspace, ChannelId id) {
    return db.inTransaction(workspace, tx -> get(tx, id));
  }

  /// @throws NotFound when there is none, or it belongs to another workspace
  public Channel get(WorkspaceTx tx, ChannelId id) {
    return find(tx, id).orElseThrow(() -> unknown(id));
  }

  public Optional<Channel> find(WorkspaceTx tx, ChannelId id) {
    return store.find(tx, id);
  }

  /// These channels, as far as they exist.
  public Map<ChannelId, Channel> findAll(WorkspaceTx tx, Collection<ChannelId> ids) {
    var found = new HashMap<ChannelId, Channel>();
    store.findAll(tx, ids).forEach(channel -> found.put(channel.id(), channel));
    return found;
  }

  /// What a channel can carry.
  public Capabilities capabilities(Channel channel) {
    return adapters.of(channel.type()).capabilities(channel.config());
  }

  /// What these channels can carry, as far as they exist.
  public Map<ChannelId, Capabilities> capabilities(WorkspaceTx tx, Collection<ChannelId> ids) {
    var found = new HashMap<ChannelId, Capabilities>();
    if (!ids.isEmpty()) {
      store
          .kinds(tx, ids)
          .forEach(
              (id, kind) -> found.put(id, adapters.of(kind.type()).capabilities(kind.config())));
    }
    return found;
  }

  /// A channel of an account, by which the provider is asked about it: one that is connected, if
  /// there is one.
  public Optional<Channel> ofGroup(WorkspaceTx tx, ChannelType type, String group) {
    return store.ofGroup(tx, type, group);
  }

  /// Newest first.
  public Page<Channel> list(WorkspaceId workspace, @Nullable ChannelType type, PageRequest page) {
    return page.newestFirst(
        (before, limit) -> db.inTransaction(workspace, tx -> store.list(tx, type, before, limit)),
        channel -> channel.id().value());
  }

  /// A merge patch, if `ifMatch` still holds. Settings are replaced as a whole, but secrets that
  /// are absent are kept; new settings make a stopped channel try again.
  public Channel update(
      WorkspaceId workspace, ChannelId id, @Nullable String ifMatch, Patch patch) {
    return db.inTransaction(
        workspace,
        tx -> {
          Channel before = store.lock(tx, id).orElseThrow(() -> unknown(id));
          ETags.check(ifMatch, before.version());
          Channel after =
              before.changed(patch.name(), patch.rate(), patch.metadata(), clock.instant());
          if (patch.config() != null) {
            ChannelAdapter adapter = adapters.of(before.type());
            Settings settings = settle(tx, adapter, id, before, patch.config());
            after = after.reconnected(settings, join(tx, adapter, settings));
          }
          if (!store.update(tx, after)) {
            throw taken();
          }
          hooks.release(tx, before.hook());
          events.append(tx, EventType.CHANNEL_UPDATED, after);
          return after;
        });
  }

  /// Deletes a channel, and its hook when that was the last channel of the app. Messages stay.
  public void delete(WorkspaceId workspace, ChannelId id, @Nullable String ifMatch) {
    db.useTransaction(
        workspace,
        tx -> {
          Channel channel = store.lock(tx, id).orElseThrow(() -> unknown(id));
          ETags.check(ifMatch, channel.version());
          store.delete(tx, id);
          hooks.release(tx, channel.hook());
          events.append(tx, EventType.CHANNEL_DELETED, channel);
        });
  }

  /// Takes a channel out of service because the provider does not let us in. Doing it again changes
  /// nothing; new settings bring it back.
  public void stop(WorkspaceTx tx, ChannelId id, MessageError error) {
    store
        .lock(tx, id)
        .filter(Channel::connected)
        .ifPresent(
            channel -> {
              Channel stopped = channel.stopped(error, clock.instant());
              store.update(tx, stopped);
              events.append(tx, EventType.CHANNEL_UPDATED, stopped);
            });
  }

  /// How this kind of provider is spoken to.
  public ChannelAdapter adapter(ChannelType type) {
    return adapters.of(type);
  }

  private Settings settle(
      WorkspaceTx tx,
      ChannelAdapter adapter,
      ChannelId id,
      @Nullable Channel before,
      ChannelConfigInput given) {
    var known =
        new Known(
            id,
            before == null ? null : before.config(),
            before != null && before.credential() != null,
            app -> hooks.knows(tx, adapter.type(), app));
    return settle(adapter.setup(), given, known);
  }

  private static <I extends ChannelConfigInput> Settings settle(
      ChannelSetup<I> setup, ChannelConfigInput given, Known known) {
    if (!setup.given().isInstance(given)) {
      throw new Invalid(
          ProblemCode.VALIDATION_FAILED,
          "The settings are of another type.",
          List.of(new FieldError("/config/type", "immutable", "The type of a channel stays.")));
    }
    return setup.settle(setup.given().cast(given), known);
  }

  private @Nullable HookId join(WorkspaceTx tx, ChannelAdapter adapter, Settings settings) {
    return settings.app() == null ? null : hooks.join(tx, adapter.type(), settings.app());
  }

  private static NotFound unknown(ChannelId id) {
    return new NotFound(ProblemCode.NOT_FOUND, "No channel " + id + ".");
  }

  private static Conflict taken() {
    return new Conflict(
        ProblemCode.CHANNEL_TAKEN, "Another channel of this workspace has this number.");
  }
}

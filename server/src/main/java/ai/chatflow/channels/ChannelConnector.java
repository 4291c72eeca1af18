package ai.chatflow.channels;

import ai.chatflow.api.model.ChannelConfig;
import ai.chatflow.api.model.MessageError;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.channels.ChannelAdapter.Connection;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.NotFound;
import ai.chatflow.platform.errors.Upstream;
import ai.chatflow.platform.events.EventType;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.WorkspaceId;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Connects channels, and takes them out of service. The provider is asked outside of any
/// transaction, so that what is changed meanwhile counts.
public final class ChannelConnector {
  private final Db db;
  private final ChannelStore store;
  private final Hooks hooks;
  private final ChannelEvents events;
  private final ChannelAdapters adapters;
  private final ChannelMapper mapper;
  private final InstantSource clock;
  private final List<BiConsumer<WorkspaceTx, Channel>> connected = new ArrayList<>();

  ChannelConnector(
      Db db,
      ChannelStore store,
      Hooks hooks,
      ChannelEvents events,
      ChannelAdapters adapters,
      ChannelMapper mapper,
      InstantSource clock) {
    this.db = db;
    this.store = store;
    this.hooks = hooks;
    this.events = events;
    this.adapters = adapters;
    this.mapper = mapper;
    this.clock = clock;
  }

  /// Told of each channel that the provider let in, in that transaction. Before the lanes start.
  public void onConnected(BiConsumer<WorkspaceTx, Channel> listener) {
    connected.add(listener);
  }

  /// Asks the provider to let the channel in; doing it again asks again.
  ///
  /// @throws Upstream when the provider refuses, which stops the channel, or cannot be asked, which
  ///   changes nothing
  Channel connect(WorkspaceId workspace, ChannelId id) {
    Channel asked = db.inTransaction(workspace, tx -> find(tx, id, false));
    return switch (adapters.of(asked.type()).connect(asked, webhook(asked))) {
      case Connection.Made(var learned) ->
          change(
              asked,
              now -> now.connectedAs(config(asked, now, learned), clock.instant()),
              connected);
      case Connection.Refused(var error) -> {
        change(asked, now -> now.stopped(error, clock.instant()), List.of());
        throw refused(asked, error);
      }
      case Connection.Unreached(String detail) -> throw unreached(asked, detail);
    };
  }

  /// Stops the channel, then asks the provider to post no more.
  ///
  /// @throws Upstream when the provider refuses or cannot be asked; the channel is stopped then too
  Channel disconnect(WorkspaceId workspace, ChannelId id) {
    Channel found = db.inTransaction(workspace, tx -> find(tx, id, false));
    Channel stopped = change(found, now -> now.stopped(null, clock.instant()), List.of());
    return switch (adapters.of(stopped.type()).disconnect(stopped)) {
      case Connection.Made _ -> stopped;
      case Connection.Refused(var error) -> {
        change(
            stopped, now -> now.connected() ? now : now.stopped(error, clock.instant()), List.of());
        throw refused(stopped, error);
      }
      case Connection.Unreached(String detail) -> throw unreached(stopped, detail);
    };
  }

  /// What is the same but for its version stays, and is not told.
  private Channel change(
      Channel asked, UnaryOperator<Channel> how, List<BiConsumer<WorkspaceTx, Channel>> listeners) {
    return db.inTransaction(
        asked.workspace(),
        tx -> {
          Channel before = find(tx, asked.id(), true);
          Channel after = how.apply(before);
          boolean same =
              after.status() == before.status()
                  && Objects.equals(after.problem(), before.problem())
                  && after.config().equals(before.config());
          listeners.forEach(listener -> listener.accept(tx, after));
          if (same) {
            return before;
          }
          store.update(tx, after);
          events.append(tx, EventType.CHANNEL_UPDATED, after);
          return after;
        });
  }

  /// What was learned of another bot or number than the channel now has is not kept.
  private static ChannelConfig config(Channel asked, Channel now, @Nullable ChannelConfig learned) {
    return learned == null || !asked.account().equals(now.account()) ? now.config() : learned;
  }

  private Channel find(WorkspaceTx tx, ChannelId id, boolean lock) {
    var found = lock ? store.lock(tx, id) : store.find(tx, id);
    return found.orElseThrow(() -> new NotFound(ProblemCode.NOT_FOUND, "No channel " + id + "."));
  }

  private ChannelAdapter.@Nullable Webhook webhook(Channel channel) {
    var url = mapper.webhookUrl(channel);
    if (url == null || channel.hook() == null) {
      return null;
    }
    return hooks
        .fresh(channel.hook())
        .map(hook -> new ChannelAdapter.Webhook(url, hook.appSecret()))
        .orElse(null);
  }

  private static Upstream refused(Channel channel, MessageError error) {
    return new Upstream(
        ProblemCode.UPSTREAM_ERROR,
        "The provider refused: " + error.detail(),
        channel.type().value(),
        error.providerCode(),
        null);
  }

  private static Upstream unreached(Channel channel, String detail) {
    return new Upstream(
        ProblemCode.UPSTREAM_ERROR,
        "The provider could not be asked: " + detail,
        channel.type().value(),
        null,
        null);
  }
}

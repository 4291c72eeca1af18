package ai.chatflow.channels;

import ai.chatflow.platform.crypto.SecretBox;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.events.EventLog;
import ai.chatflow.platform.http.Pages;
import ai.chatflow.platform.ids.IdGenerator;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;

/// Wires the feature. The plugs are made by `app` and given in, so that this package knows none.
///
/// @param service the door to channels
/// @param resource `/v1/channels`
/// @param connector connects channels
/// @param hooks finds the hook of a webhook
public record ChannelsModule(
    ChannelService service, ChannelConnector connector, ChannelResource resource, Hooks hooks) {
  /// What the feature stands on.
  public record Platform(
      Db db,
      SecretBox secrets,
      EventLog events,
      Pages pages,
      IdGenerator ids,
      InstantSource clock) {}

  /// @param publicUrl where providers reach this server
  /// @param plugs those that this server has
  public static ChannelsModule wire(
      Platform platform, URI publicUrl, List<? extends ChannelAdapter> plugs) {
    var adapters = new ChannelAdapters(plugs);
    var hookStore = new HookStore(platform.secrets());
    var hooks = new Hooks(platform.db(), hookStore, platform.ids(), platform.clock());
    var mapper = new ChannelMapper(publicUrl);
    var store = new ChannelStore(platform.secrets());
    var events = new ChannelEvents(platform.events(), mapper);
    var service =
        new ChannelService(
            platform.db(), store, hooks, events, adapters, platform.ids(), platform.clock());
    var connector =
        new ChannelConnector(
            platform.db(), store, hooks, events, adapters, mapper, platform.clock());
    var doctor = new ChannelDoctor(adapters, hooks, platform.clock());
    var resource = new ChannelResource(service, connector, doctor, mapper, platform.pages());
    return new ChannelsModule(service, connector, resource, hooks);
  }
}

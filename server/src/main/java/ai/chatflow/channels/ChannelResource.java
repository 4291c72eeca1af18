package ai.chatflow.channels;

import ai.chatflow.api.ChannelsApi;
import ai.chatflow.api.model.ChannelCapabilities;
import ai.chatflow.api.model.ChannelHealth;
import ai.chatflow.api.model.ChannelPage;
import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.CreateChannelRequest;
import ai.chatflow.api.model.UpdateChannelRequest;
import ai.chatflow.content.CapabilitiesMapper;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.http.ETags;
import ai.chatflow.platform.http.Pages;
import ai.chatflow.platform.ids.ChannelId;

/// `/v1/channels`.
public final class ChannelResource implements ChannelsApi {
  private final ChannelService channels;
  private final ChannelConnector connector;
  private final ChannelDoctor doctor;
  private final ChannelMapper mapper;
  private final Pages pages;

  ChannelResource(
      ChannelService channels,
      ChannelConnector connector,
      ChannelDoctor doctor,
      ChannelMapper mapper,
      Pages pages) {
    this.channels = channels;
    this.connector = connector;
    this.doctor = doctor;
    this.mapper = mapper;
    this.pages = pages;
  }

  @Override
  public ai.chatflow.api.model.Channel createChannel(CreateChannelRequest body) {
    return shown(
        channels.create(
            RequestContext.current().workspace(),
            body.name(),
            body.config(),
            body.sendRatePerSecond(),
            body.metadata()));
  }

  @Override
  public ChannelPage listChannels(Integer limit, String cursor, ChannelType type) {
    var request = pages.request("channels", limit, cursor, type);
    return request.answer(
        channels.list(RequestContext.current().workspace(), type, request.page()),
        mapper::toApi,
        (data, more, next) -> new ChannelPage(ChannelPage.ObjectEnum.LIST, data, more, next));
  }

  @Override
  public ai.chatflow.api.model.Channel getChannel(ChannelId id) {
    return shown(channels.get(RequestContext.current().workspace(), id));
  }

  @Override
  public ai.chatflow.api.model.Channel updateChannel(
      ChannelId id, UpdateChannelRequest body, String ifMatch) {
    var patch =
        new ChannelService.Patch(
            body.name(), body.config(), body.sendRatePerSecond(), body.metadata());
    return shown(channels.update(RequestContext.current().workspace(), id, ifMatch, patch));
  }

  @Override
  public void deleteChannel(ChannelId id, String ifMatch) {
    channels.delete(RequestContext.current().workspace(), id, ifMatch);
  }

  @Override
  public ChannelCapabilities getChannelCapabilities(ChannelId id) {
    Channel channel = channels.get(RequestContext.current().workspace(), id);
    return CapabilitiesMapper.toApi(id, channels.capabilities(channel));
  }

  @Override
  public ai.chatflow.api.model.Channel connectChannel(ChannelId id) {
    return shown(connector.connect(RequestContext.current().workspace(), id));
  }

  @Override
  public ai.chatflow.api.model.Channel disconnectChannel(ChannelId id) {
    return shown(connector.disconnect(RequestContext.current().workspace(), id));
  }

  @Override
  public ChannelHealth getChannelHealth(ChannelId id) {
    return doctor.examine(channels.get(RequestContext.current().workspace(), id));
  }

  private ai.chatflow.api.model.Channel shown(Channel channel) {
    ETags.show(channel.version());
    return mapper.toApi(channel);
  }
}

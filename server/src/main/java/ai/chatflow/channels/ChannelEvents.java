package ai.chatflow.channels;

import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.events.EventLog;
import ai.chatflow.platform.events.EventType;

/// Says what happened to a channel, as the contract shows it.
final class ChannelEvents {
  private final EventLog log;
  private final ChannelMapper mapper;

  ChannelEvents(EventLog log, ChannelMapper mapper) {
    this.log = log;
    this.mapper = mapper;
  }

  void append(WorkspaceTx tx, EventType type, Channel channel) {
    log.append(tx, type, mapper.event(channel));
  }
}

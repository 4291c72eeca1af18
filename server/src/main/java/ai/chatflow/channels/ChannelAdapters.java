package ai.chatflow.channels;

import ai.chatflow.api.model.ChannelType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The plugs, by type. Every type of the contract has one.
final class ChannelAdapters {
  private final Map<ChannelType, ChannelAdapter> byType = new EnumMap<>(ChannelType.class);

  ChannelAdapters(List<? extends ChannelAdapter> adapters) {
    adapters.forEach(adapter -> byType.put(adapter.type(), adapter));
    for (ChannelType type : ChannelType.values()) {
      of(type);
    }
  }

  ChannelAdapter of(ChannelType type) {
    ChannelAdapter adapter = byType.get(type);
    if (adapter == null) {
      throw new IllegalStateException("No plug for channels of type " + type + ".");
    }
    return adapter;
  }
}

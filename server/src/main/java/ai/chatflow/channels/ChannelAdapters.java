package ai.chatflow.channels;

import ai.chatflow.api.model.ChannelConfigInput;
import ai.chatflow.api.model.ChannelType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The plugs, by type.
final class ChannelAdapters {
  private final Map<ChannelType, ChannelAdapter> byType = new EnumMap<>(ChannelType.class);

  ChannelAdapters(List<? extends ChannelAdapter> adapters) {
    adapters.forEach(adapter -> byType.put(adapter.type(), adapter));
  }

  ChannelAdapter of(ChannelType type) {
    ChannelAdapter adapter = byType.get(type);
    if (adapter == null) {
      throw new IllegalStateException("No plug for channels of type " + type + ".");
    }
    return adapter;
  }

  /// The plug that takes these settings.
  ChannelAdapter of(ChannelConfigInput given) {
    return byType.values().stream()
        .filter(adapter -> adapter.setup().given().isInstance(given))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("No plug takes " + given.getClass() + "."));
  }
}

package ai.chatflow.channels;

import java.util.List;

/// Where parsed webhooks go. `messaging` implements it.
public interface InboundSink {
  /// Stores all of it and returns after the commit, so that a caller may answer 200. Doing it again
  /// changes nothing.
  ///
  /// @throws ai.chatflow.platform.errors.Unavailable when it could not be stored; the provider is
  ///   to come again
  void accept(List<ChannelUpdates> updates);
}

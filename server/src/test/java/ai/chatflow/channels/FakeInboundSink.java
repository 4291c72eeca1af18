package ai.chatflow.channels;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.errors.Unavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Keeps what came in, or refuses it.
public final class FakeInboundSink implements InboundSink {
  private final List<ChannelUpdates> accepted = new ArrayList<>();
  private boolean full;

  @Override
  public synchronized void accept(List<ChannelUpdates> updates) {
    if (full) {
      throw new Unavailable(
          ProblemCode.SERVICE_UNAVAILABLE, "The queue is full.", Duration.ofSeconds(7));
    }
    accepted.addAll(updates);
  }

  public synchronized void refuse(boolean refuse) {
    full = refuse;
  }

  public synchronized List<ChannelUpdates> accepted() {
    return List.copyOf(accepted);
  }

  public synchronized List<InboundUpdate> updates() {
    return accepted.stream().flatMap(one -> one.updates().stream()).toList();
  }
}

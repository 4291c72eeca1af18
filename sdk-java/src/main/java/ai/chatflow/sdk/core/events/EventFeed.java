package ai.chatflow.sdk.core.events;

import ai.chatflow.sdk.RequestOptions;
import ai.chatflow.sdk.core.Query;
import ai.chatflow.sdk.core.Settings;
import ai.chatflow.sdk.model.Event;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

/// The events from a position on, for as long as somebody listens.
///
/// A subscriber hears `onSubscribe` when the stream is open, so that it misses nothing from then
/// on, or when it could not be opened.
public record EventFeed(Settings settings, Query query, RequestOptions options)
    implements Flow.Publisher<Event> {

  /// The cursor that was asked for; empty for none.
  String start() {
    return query.first("cursor").orElse("");
  }

  @Override
  public void subscribe(Flow.Subscriber<? super Event> subscriber) {
    var unused = open(subscriber);
  }

  /// @return done when the stream is open; failed when it cannot be
  public CompletableFuture<Void> open(Flow.Subscriber<? super Event> subscriber) {
    return new EventSubscription(this, Objects.requireNonNull(subscriber)).start();
  }
}

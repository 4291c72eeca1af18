package ai.chatflow.sdk.core.events;

import ai.chatflow.sdk.core.Failures;
import ai.chatflow.sdk.core.Json;
import ai.chatflow.sdk.core.Settings;
import ai.chatflow.sdk.errors.ApiException;
import ai.chatflow.sdk.errors.ChatFlowException;
import ai.chatflow.sdk.errors.InvalidResponseException;
import ai.chatflow.sdk.model.Event;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// Events for one subscriber, over as many connections as it takes: each event once and in order.
///
/// Bytes are asked for only while events are, so that a slow subscriber is not buried. Everything
/// happens in [Turn]s; a signal of a connection that was given up is not heard.
final class EventSubscription implements Flow.Subscription {
  /// Three heartbeats of the server.
  static final Duration SILENCE = Duration.ofSeconds(45);

  private static final Duration LONGEST_RETRY = Duration.ofSeconds(60);

  private final EventFeed feed;
  private final Flow.Subscriber<? super Event> subscriber;
  private final Settings settings;
  private final Turn turn = new Turn();
  private final CompletableFuture<Void> open = new CompletableFuture<>();

  private final Queue<Event> ready = new ArrayDeque<>();
  private final Positions positions;
  private Optional<Duration> retry = Optional.empty();
  private long demand;
  private boolean told;
  private @Nullable RuntimeException failure;
  private boolean done;
  private int failures;

  private int era;
  private @Nullable EventConnection connection;
  private Flow.@Nullable Subscription bytes;
  private SseParser parser = new SseParser("");
  private boolean asked;
  private Runnable alarm = () -> {};

  EventSubscription(EventFeed feed, Flow.Subscriber<? super Event> subscriber) {
    this.feed = feed;
    this.subscriber = subscriber;
    this.settings = feed.settings();
    this.positions = new Positions(feed.start());
  }

  /// @return done when the stream is open, or cannot be opened
  CompletableFuture<Void> start() {
    turn.take(this::connect);
    return open;
  }

  @Override
  public void request(long n) {
    turn.take(
        () -> {
          if (n <= 0) {
            end(new IllegalArgumentException("Demand must be positive: " + n));
          } else {
            demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
            drain();
          }
        });
  }

  @Override
  public void cancel() {
    turn.take(this::stop);
  }

  private void connect() {
    if (done || failure != null) {
      return;
    }
    int mine = ++era;
    asked = false;
    bytes = null;
    parser = new SseParser(positions.last());
    Duration timeout = feed.options().timeout().orElse(settings.timeout());
    ring(mine, timeout, "no answer within " + timeout);
    try {
      connection = EventConnection.open(feed, positions.last(), failures + 1, new Signals(mine));
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void opened(Flow.Subscription subscription) {
    alarm.run();
    bytes = subscription;
    subscribed();
    open.complete(null);
    drain();
  }

  private void received(List<ByteBuffer> chunk) {
    alarm.run();
    asked = false;
    failures = 0;
    for (ByteBuffer part : chunk) {
      for (SseMessage message : parser.feed(part)) {
        if (failure == null && positions.isNew(message.id())) {
          read(message);
        }
      }
    }
    positions.reached(parser.lastId());
    retry = parser.retry().or(() -> retry);
    drain();
  }

  /// A message that is no event is not for this version.
  private void read(SseMessage message) {
    try {
      JsonNode json = Json.MAPPER.readTree(message.data());
      if (json.path("object").asText("").equals("event")) {
        ready.add(Json.MAPPER.treeToValue(json, Event.class));
      }
    } catch (IOException e) {
      fail(new InvalidResponseException("No event of this version: " + message.event(), e));
    }
  }

  private void refused(ChatFlowException error) {
    failures++;
    Optional<Duration> wait =
        error instanceof ApiException answer
            ? settings.retries().delay(failures, answer)
            : Optional.empty();
    again(wait, error);
  }

  private void lost(IOException cause) {
    failures++;
    again(
        Optional.of(settings.retries().backoff(failures)),
        Failures.failure("GET " + EventConnection.PATH, cause));
  }

  /// A stream that was open once is opened again until that works; the first time, a call's number
  /// of retries holds.
  private void again(Optional<Duration> wait, ChatFlowException error) {
    leave();
    int mine = era;
    int most = feed.options().maxRetries().orElse(settings.maxRetries());
    if (wait.isEmpty() || !told && failures > most) {
      fail(error);
      return;
    }
    Duration delay = retry.filter(asked -> asked.compareTo(wait.get()) > 0).orElse(wait.get());
    Duration bounded = delay.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : delay;
    alarm = settings.timer().after(bounded, () -> inEra(mine, this::connect));
  }

  private void drain() {
    while (!done && demand > 0 && !ready.isEmpty()) {
      demand--;
      deliver(ready.remove());
    }
    if (!done && failure != null && ready.isEmpty()) {
      end(failure);
    } else if (!done && demand > 0 && bytes != null && !asked) {
      asked = true;
      ring(era, SILENCE, "no byte within " + SILENCE);
      bytes.request(1);
    }
  }

  private void deliver(Event event) {
    try {
      subscriber.onNext(event);
    } catch (RuntimeException e) {
      end(e);
    }
  }

  /// After the events that came before it.
  private void fail(RuntimeException error) {
    if (failure == null) {
      failure = error;
      leave();
      drain();
    }
  }

  private void end(RuntimeException error) {
    if (done) {
      return;
    }
    stop();
    open.completeExceptionally(error);
    subscribed();
    subscriber.onError(error);
  }

  private void subscribed() {
    if (!told) {
      told = true;
      subscriber.onSubscribe(this);
    }
  }

  private void stop() {
    done = true;
    ready.clear();
    leave();
  }

  private void leave() {
    era++;
    alarm.run();
    if (bytes != null) {
      bytes.cancel();
      bytes = null;
    }
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }

  private void ring(int mine, Duration after, String why) {
    alarm.run();
    alarm =
        settings.timer().after(after, () -> inEra(mine, () -> lost(new HttpTimeoutException(why))));
  }

  private void inEra(int mine, Runnable task) {
    turn.take(
        () -> {
          if (mine == era && !done) {
            task.run();
          }
        });
  }

  private final class Signals implements EventConnection.Listener {
    private final int mine;

    Signals(int mine) {
      this.mine = mine;
    }

    @Override
    public void opened(Flow.Subscription subscription) {
      turn.take(
          () -> {
            if (mine == era && !done) {
              EventSubscription.this.opened(subscription);
            } else {
              subscription.cancel();
            }
          });
    }

    @Override
    public void bytes(List<ByteBuffer> chunk) {
      inEra(mine, () -> received(chunk));
    }

    @Override
    public void refused(ChatFlowException error) {
      inEra(mine, () -> EventSubscription.this.refused(error));
    }

    @Override
    public void lost(IOException cause) {
      inEra(mine, () -> EventSubscription.this.lost(cause));
    }
  }
}

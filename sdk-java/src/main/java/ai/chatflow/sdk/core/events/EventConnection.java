package ai.chatflow.sdk.core.events;

import ai.chatflow.sdk.core.ApiRequest;
import ai.chatflow.sdk.core.AttemptLog;
import ai.chatflow.sdk.core.Failures;
import ai.chatflow.sdk.core.Requests;
import ai.chatflow.sdk.errors.ChatFlowException;
import ai.chatflow.sdk.errors.InvalidResponseException;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// One answer of `GET /v1/events/stream`, as long as it lasts. Nothing is heard of it after
/// [#close()], but what is under way already.
final class EventConnection {
  static final String PATH = "/v1/events/stream";

  /// Told by the threads of the HTTP client.
  interface Listener {
    void opened(Flow.Subscription bytes);

    void bytes(List<ByteBuffer> bytes);

    void refused(ChatFlowException error);

    /// The connection broke or ended.
    void lost(IOException cause);
  }

  private final Listener listener;
  private final CompletableFuture<HttpResponse<Body>> answer;
  private volatile boolean closed;

  private EventConnection(Listener listener, CompletableFuture<HttpResponse<Body>> answer) {
    this.listener = listener;
    this.answer = answer;
  }

  /// @param lastId the start of the feed, or what takes the place of its cursor
  static EventConnection open(EventFeed feed, String lastId, int number, Listener listener) {
    boolean resumed = !lastId.equals(feed.start());
    ApiRequest operation =
        ApiRequest.of("GET", PATH)
            .query(resumed ? feed.query().with("cursor", lastId) : feed.query());
    HttpRequest request =
        new Requests(feed.settings()).toStream(operation, feed.options(), resumed ? lastId : null);
    AttemptLog log = new AttemptLog(feed.settings().log(), request, number);
    CompletableFuture<HttpResponse<Body>> answer =
        feed.settings().http().sendAsync(request, EventConnection::body);
    EventConnection connection = new EventConnection(listener, answer);
    var unused =
        answer.whenComplete(
            (response, error) -> {
              if (response == null) {
                IOException cause = Failures.cause(error);
                log.failed(cause);
                listener.lost(cause);
              } else {
                log.answered(response);
                connection.answered(response);
              }
            });
    return connection;
  }

  void close() {
    closed = true;
    answer.cancel(true);
  }

  private void answered(HttpResponse<Body> response) {
    Body body = response.body();
    if (body.stream() != null) {
      body.stream().subscribe(new Chunks());
    } else if (response.statusCode() / 100 == 2) {
      listener.refused(new InvalidResponseException("The answer is no event stream.", null));
    } else {
      listener.refused(Failures.refusal(response, body.whole()));
    }
  }

  private static HttpResponse.BodySubscriber<Body> body(HttpResponse.ResponseInfo info) {
    String type = info.headers().firstValue("Content-Type").orElse("");
    return info.statusCode() == 200 && type.startsWith("text/event-stream")
        ? BodySubscribers.mapping(BodySubscribers.ofPublisher(), one -> new Body(one, new byte[0]))
        : BodySubscribers.mapping(BodySubscribers.ofByteArray(), bytes -> new Body(null, bytes));
  }

  private record Body(Flow.@Nullable Publisher<List<ByteBuffer>> stream, byte[] whole) {}

  private final class Chunks implements Flow.Subscriber<List<ByteBuffer>> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      if (closed) {
        subscription.cancel();
      } else {
        listener.opened(subscription);
      }
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
      listener.bytes(bytes);
    }

    @Override
    public void onError(Throwable error) {
      listener.lost(Failures.cause(error));
    }

    @Override
    public void onComplete() {
      listener.lost(new IOException("the server ended the stream"));
    }
  }
}

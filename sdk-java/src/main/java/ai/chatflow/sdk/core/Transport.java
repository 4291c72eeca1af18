package ai.chatflow.sdk.core;

import ai.chatflow.sdk.ApiResponse;
import ai.chatflow.sdk.EventStream;
import ai.chatflow.sdk.NoContent;
import ai.chatflow.sdk.Page;
import ai.chatflow.sdk.RequestOptions;
import ai.chatflow.sdk.WaitOptions;
import ai.chatflow.sdk.core.events.EventFeed;
import ai.chatflow.sdk.model.Operation;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/// The door of the generated operations: JSON in, JSON out.
public final class Transport {
  private final Settings settings;
  private final Requests requests;
  private final Attempts attempts;

  public Transport(Settings settings) {
    this.settings = settings;
    this.requests = new Requests(settings);
    this.attempts = new Attempts(settings);
  }

  /// For operations that answer with one resource.
  public <T> ApiResponse<T> send(ApiRequest request, RequestOptions options, Class<T> type) {
    return Answers.one(exchange(request, options), type);
  }

  /// For operations that answer with nothing.
  public ApiResponse<NoContent> send(ApiRequest request, RequestOptions options) {
    return Answers.nothing(exchange(request, options));
  }

  /// For operations that answer with a list.
  public <T> ApiResponse<Page<T>> page(ApiRequest request, RequestOptions options, Class<T> type) {
    HttpResponse<byte[]> response = exchange(request, options);
    Answers.Items<T> items = Answers.page(response, type);
    Page<T> page =
        new Page<>(
            items.data(),
            items.hasMore(),
            items.nextCursor(),
            cursor ->
                page(request.query(request.query().with("cursor", cursor)), options, type).body());
    return Answers.with(response, page);
  }

  /// For the stream of events.
  public EventStream events(Query query, RequestOptions options) {
    return new EventStream(new EventFeed(settings, query, options)::open);
  }

  /// For work that takes longer than a request: asks until it has succeeded.
  public Operation await(Supplier<ApiResponse<Operation>> ask, WaitOptions options) {
    OperationWait wait = new OperationWait(settings.retries(), options);
    while (true) {
      ApiResponse<Operation> answer = ask.get();
      Optional<Duration> delay = wait.next(answer);
      if (delay.isEmpty()) {
        return answer.body();
      }
      attempts.sleep(delay.get());
    }
  }

  private HttpResponse<byte[]> exchange(ApiRequest request, RequestOptions options) {
    int retries = options.maxRetries().orElse(settings.maxRetries());
    return attempts.send(requests.toHttp(request, options), retries);
  }
}

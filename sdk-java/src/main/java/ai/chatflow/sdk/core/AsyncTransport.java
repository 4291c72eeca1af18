package ai.chatflow.sdk.core;

import ai.chatflow.sdk.ApiResponse;
import ai.chatflow.sdk.AsyncPage;
import ai.chatflow.sdk.NoContent;
import ai.chatflow.sdk.RequestOptions;
import ai.chatflow.sdk.WaitOptions;
import ai.chatflow.sdk.core.events.EventFeed;
import ai.chatflow.sdk.model.Event;
import ai.chatflow.sdk.model.Operation;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Function;
import java.util.function.Supplier;

/// [Transport] for those who do not wait.
public final class AsyncTransport {
  private final Settings settings;
  private final Requests requests;
  private final AsyncAttempts attempts;

  public AsyncTransport(Settings settings) {
    this.settings = settings;
    this.requests = new Requests(settings);
    this.attempts = new AsyncAttempts(settings);
  }

  /// For operations that answer with one resource.
  public <T> CompletableFuture<ApiResponse<T>> send(
      ApiRequest request, RequestOptions options, Class<T> type) {
    return map(exchange(request, options), response -> Answers.one(response, type));
  }

  /// For operations that answer with nothing.
  public CompletableFuture<ApiResponse<NoContent>> send(
      ApiRequest request, RequestOptions options) {
    return map(exchange(request, options), Answers::nothing);
  }

  /// For operations that answer with a list.
  public <T> CompletableFuture<ApiResponse<AsyncPage<T>>> page(
      ApiRequest request, RequestOptions options, Class<T> type) {
    return map(
        exchange(request, options),
        response -> {
          Answers.Items<T> items = Answers.page(response, type);
          return Answers.with(
              response,
              new AsyncPage<>(
                  items.data(),
                  items.hasMore(),
                  items.nextCursor(),
                  cursor -> next(request, options, type, cursor)));
        });
  }

  /// For the stream of events. Each subscriber has a connection of its own.
  public Flow.Publisher<Event> events(Query query, RequestOptions options) {
    return new EventFeed(settings, query, options);
  }

  /// For work that takes longer than a request: asks until it has succeeded.
  public CompletableFuture<Operation> await(
      Supplier<CompletableFuture<ApiResponse<Operation>>> ask, WaitOptions options) {
    return new AsyncOperationWait(settings, ask, options).begin();
  }

  /// Like `thenApply`, but to cancel the one cancels the other.
  public static <T, R> CompletableFuture<R> map(
      CompletableFuture<T> source, Function<? super T, ? extends R> mapper) {
    CompletableFuture<R> mapped = source.thenApply(mapper);
    var unused =
        mapped.whenComplete(
            (value, error) -> {
              if (mapped.isCancelled()) {
                source.cancel(true);
              }
            });
    return mapped;
  }

  private <T> CompletableFuture<AsyncPage<T>> next(
      ApiRequest request, RequestOptions options, Class<T> type, String cursor) {
    ApiRequest more = request.query(request.query().with("cursor", cursor));
    return map(page(more, options, type), ApiResponse::body);
  }

  private CompletableFuture<HttpResponse<byte[]>> exchange(
      ApiRequest request, RequestOptions options) {
    int retries = options.maxRetries().orElse(settings.maxRetries());
    return attempts.send(requests.toHttp(request, options), retries);
  }
}

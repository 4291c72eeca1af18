package ai.chatflow.sdk.core;

import ai.chatflow.sdk.errors.ApiException;
import ai.chatflow.sdk.errors.ConnectionException;
import ai.chatflow.sdk.errors.TimeoutException;
import ai.chatflow.sdk.model.Problem;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// What went wrong, as the exception that the caller sees.
public final class Failures {
  private Failures() {}

  /// An answer that is no success.
  public static ApiException refusal(HttpResponse<?> response, byte[] body) {
    return ApiException.of(response.statusCode(), response.headers(), problem(body));
  }

  /// No answer.
  static ConnectionException failure(HttpRequest request, IOException cause) {
    return failure(request.method() + " " + request.uri().getRawPath(), cause);
  }

  /// No answer to what `GET /v1/…` asked for.
  public static ConnectionException failure(String what, IOException cause) {
    return cause instanceof HttpTimeoutException
        ? new TimeoutException(what + " was not answered in time.", cause)
        : new ConnectionException(what + " was not answered: " + cause.getMessage(), cause);
  }

  /// What the HTTP client wraps.
  public static IOException cause(Throwable error) {
    Throwable cause = error;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof IOException io ? io : new IOException(cause);
  }

  private static @Nullable Problem problem(byte[] body) {
    try {
      return Json.MAPPER.readValue(body, Problem.class);
    } catch (IOException e) {
      return null; // a proxy answered, in words of its own
    }
  }
}

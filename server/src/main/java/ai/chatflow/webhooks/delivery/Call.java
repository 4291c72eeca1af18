package ai.chatflow.webhooks.delivery;

import ai.chatflow.platform.ids.EventId;
import ai.chatflow.platform.ids.WebhookDeliveryId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One POST of one event to one endpoint.
///
/// @param delivery null when the event comes from the cursor, for the first time
/// @param position null for a test
/// @param happened when the event did; null when it is not for the first time that it is posted
/// @param body exactly what is posted
/// @param attempt 1 is the first
record Call(
    @Nullable WebhookDeliveryId delivery,
    @Nullable Long position,
    EventId event,
    String type,
    @Nullable Instant happened,
    String body,
    int attempt) {

  /// What came of it.
  ///
  /// @param status null when no answer came; then `error` says why
  record Result(
      Call call,
      Instant at,
      Duration took,
      @Nullable Integer status,
      @Nullable String body,
      @Nullable String error,
      @Nullable Duration retryAfter) {

    boolean succeeded() {
      return status != null && status >= 200 && status < 300;
    }

    /// `2xx` to `5xx`, or `none`.
    String kind() {
      return status == null ? "none" : status / 100 + "xx";
    }

    /// For people; null when it succeeded.
    @Nullable String failure() {
      if (succeeded()) {
        return null;
      }
      return status == null ? error : "The endpoint answered " + status + ".";
    }
  }
}

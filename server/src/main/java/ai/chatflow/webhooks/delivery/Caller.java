package ai.chatflow.webhooks.delivery;

import ai.chatflow.platform.egress.Egress;
import ai.chatflow.platform.telemetry.Telemetry;
import ai.chatflow.platform.time.Monotonic;
import ai.chatflow.webhooks.delivery.Call.Result;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Posts a batch, all of it at once, and waits for the answers.
final class Caller {
  static final Duration TIMEOUT = Duration.ofSeconds(15);

  private static final Logger log = LoggerFactory.getLogger(Caller.class);
  private static final int LONGEST_NUMBER = 9;

  private final Egress egress;
  private final Signer signer;
  private final InstantSource clock;
  private final Monotonic monotonic;
  private final Telemetry telemetry;

  Caller(
      Egress egress, Signer signer, InstantSource clock, Monotonic monotonic, Telemetry telemetry) {
    this.egress = egress;
    this.signer = signer;
    this.clock = clock;
    this.monotonic = monotonic;
    this.telemetry = telemetry;
  }

  List<Result> post(Batch batch) throws InterruptedException {
    var results = new ArrayList<Result>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = new ArrayList<Future<Result>>();
      batch.calls().forEach(call -> calls.add(threads.submit(() -> post(batch, call))));
      for (var call : calls) {
        results.add(call.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a delivery could not be posted", e.getCause());
    }
    return results;
  }

  private Result post(Batch batch, Call call) {
    var at = clock.instant();
    var id = call.event().toString();
    var headers =
        Map.of(
            "webhook-id",
            id,
            "webhook-timestamp",
            Long.toString(at.getEpochSecond()),
            "webhook-signature",
            signer.sign(id, at, call.body(), batch.secrets()),
            "User-Agent",
            "ChatFlow-Webhooks/1");
    if (call.happened() != null) {
      telemetry.delivered(Duration.between(call.happened(), at));
    }
    long start = monotonic.nanos();
    var outcome = outcome(batch, call, headers);
    var took = Duration.ofNanos(monotonic.nanos() - start);
    var result =
        switch (outcome) {
          case Egress.Outcome.Answered(var status, var body, var retryAfter) ->
              new Result(call, at, took, status, body, null, asked(retryAfter, at));
          case Egress.Outcome.Failed(var reason) ->
              new Result(call, at, took, null, null, reason, null);
        };
    telemetry.posted(result.kind(), took);
    return result;
  }

  /// One call that cannot be made must not take the batch with it, which would be posted again and
  /// again.
  private Egress.Outcome outcome(Batch batch, Call call, Map<String, String> headers) {
    try {
      return egress.post(batch.endpoint().url(), headers, call.body(), TIMEOUT);
    } catch (RuntimeException e) {
      log.error("An event could not be posted.", e);
      return new Egress.Outcome.Failed("The call could not be made.");
    }
  }

  /// `Retry-After` (RFC 9110): seconds, or a date. What is more than the longest wait is that.
  static @Nullable Duration asked(@Nullable String retryAfter, Instant now) {
    if (retryAfter == null) {
      return null;
    }
    var text = retryAfter.strip();
    if (text.matches("[0-9]+")) {
      return text.length() > LONGEST_NUMBER
          ? Schedule.LONGEST_ASKED
          : Duration.ofSeconds(Long.parseLong(text));
    }
    try {
      var at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return at.isAfter(now) ? Duration.between(now, at) : null;
    } catch (DateTimeException _) {
      return null;
    }
  }
}

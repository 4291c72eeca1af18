package ai.chatflow.platform.http;

import ai.chatflow.api.model.Problem;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.api.model.ProblemError;
import ai.chatflow.api.model.ProblemUpstream;
import ai.chatflow.platform.errors.BadRequest;
import ai.chatflow.platform.errors.Conflict;
import ai.chatflow.platform.errors.DomainException;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.errors.QuotaExceeded;
import ai.chatflow.platform.errors.RateLimited;
import ai.chatflow.platform.errors.Unavailable;
import ai.chatflow.platform.errors.Upstream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Makes `application/problem+json` (RFC 9457) of refusals. Status, title and `retryable` of a code
/// come from the catalogue in the contract.
public final class Problems {
  public static final String MEDIA_TYPE = "application/problem+json";
  private static final String DOCUMENTATION = "https://docs.chatflow.ai/problems/";
  private static final int LONGEST_INSTANCE = 300;

  private final Contract contract;

  public Problems(Contract contract) {
    this.contract = contract;
  }

  /// The problem of a refusal, for the request `requestId` to `path`.
  public Problem of(DomainException refusal, String requestId, String path) {
    var problem = base(refusal.code(), refusal.detail(), requestId, path);
    switch (refusal) {
      case Invalid invalid -> problem.errors(errors(invalid.errors()));
      case Conflict conflict when !conflict.errors().isEmpty() ->
          problem.errors(errors(conflict.errors()));
      case BadRequest bad -> bad.parameter().ifPresent(p -> problem.errors(parameter(bad, p)));
      case Upstream upstream ->
          problem.upstream(
              ProblemUpstream.builder()
                  .provider(upstream.provider())
                  .code(upstream.providerCode().orElse(null))
                  .traceId(upstream.traceId().orElse(null))
                  .build());
      default -> {}
    }
    return problem.build();
  }

  /// A problem without further particulars.
  ///
  /// @param path null when it could not be read
  public Problem of(ProblemCode code, String detail, String requestId, @Nullable String path) {
    return base(code, detail, requestId, path).build();
  }

  /// How long the caller is asked to wait.
  public static Optional<Duration> retryAfter(DomainException refusal) {
    return switch (refusal) {
      case RateLimited limited -> limited.retryAfter();
      case QuotaExceeded exceeded -> exceeded.retryAfter();
      case Unavailable away -> Optional.of(away.retryAfter().orElse(Duration.ofSeconds(1)));
      default ->
          refusal.code() == ProblemCode.IDEMPOTENCY_IN_PROGRESS
              ? Optional.of(Duration.ofSeconds(1))
              : Optional.empty();
    };
  }

  private Problem.Builder base(
      ProblemCode code, String detail, String requestId, @Nullable String path) {
    var entry = contract.problem(code);
    return Problem.builder()
        .type(DOCUMENTATION + code.value())
        .title(entry.title())
        .status(entry.status())
        .detail(detail)
        .instance(path == null || path.length() > LONGEST_INSTANCE ? null : path)
        .code(code)
        .requestId(requestId)
        .retryable(entry.retryable());
  }

  private static List<ProblemError> errors(List<FieldError> errors) {
    return errors.stream()
        .map(
            e ->
                ProblemError.builder()
                    .pointer(e.pointer())
                    .code(e.code())
                    .detail(e.detail())
                    .build())
        .toList();
  }

  private static List<ProblemError> parameter(BadRequest bad, String parameter) {
    return List.of(
        ProblemError.builder()
            .parameter(parameter)
            .code(bad.code().value())
            .detail(bad.detail())
            .build());
  }
}

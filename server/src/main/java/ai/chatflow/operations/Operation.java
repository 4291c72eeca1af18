package ai.chatflow.operations;

import ai.chatflow.api.model.OperationKind;
import ai.chatflow.api.model.OperationResult;
import ai.chatflow.api.model.OperationStatus;
import ai.chatflow.api.model.Problem;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.errors.Conflict;
import ai.chatflow.platform.ids.OperationId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One piece of long work, as it is shown.
///
/// @param resource id of what is worked on; null when it is no single resource
/// @param requestId of the request that began it
/// @param result not null when it succeeded
/// @param error not null when it failed
/// @param finishedAt null until then
public record Operation(
    OperationId id,
    OperationKind kind,
    @Nullable String resource,
    String requestId,
    OperationStatus status,
    Progress progress,
    @Nullable OperationResult result,
    @Nullable Problem error,
    Instant createdAt,
    Instant updatedAt,
    @Nullable Instant finishedAt) {

  static Operation pending(
      OperationId id,
      OperationKind kind,
      @Nullable String resource,
      String requestId,
      Instant now) {
    return new Operation(
        id,
        kind,
        resource,
        requestId,
        OperationStatus.PENDING,
        Progress.NONE,
        null,
        null,
        now,
        now,
        null);
  }

  public boolean finished() {
    return finishedAt != null;
  }

  Operation running(Progress to, Instant now) {
    return moved(OperationStatus.RUNNING, to, null, null, now, null);
  }

  Operation succeeded(OperationResult with, Progress to, Instant now) {
    return moved(OperationStatus.SUCCEEDED, to, with, null, now, now);
  }

  Operation failed(Problem problem, Instant now) {
    return moved(OperationStatus.FAILED, progress, null, problem, now, now);
  }

  /// One that is cancelled stays as it is.
  ///
  /// @throws Conflict when it succeeded or failed before
  Operation cancelled(Instant now) {
    if (status == OperationStatus.CANCELLED) {
      return this;
    }
    if (finished()) {
      throw new Conflict(
          ProblemCode.OPERATION_NOT_CANCELLABLE, "The operation has " + status.value() + ".");
    }
    return moved(OperationStatus.CANCELLED, progress, null, null, now, now);
  }

  private Operation moved(
      OperationStatus to,
      Progress far,
      @Nullable OperationResult with,
      @Nullable Problem problem,
      Instant now,
      @Nullable Instant end) {
    return new Operation(
        id, kind, resource, requestId, to, far, with, problem, createdAt, now, end);
  }
}

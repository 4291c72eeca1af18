package ai.chatflow.operations;

import ai.chatflow.api.model.OperationProgress;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.ids.OperationId;

/// Shows operations as the contract has them.
public final class OperationMapper {
  private OperationMapper() {}

  /// The answer of what has begun an operation: says also where it is.
  public static ai.chatflow.api.model.Operation accepted(Operation operation) {
    RequestContext.current().respondWith("Location", path(operation.id()));
    return toApi(operation);
  }

  static String path(OperationId id) {
    return "/v1/operations/" + id;
  }

  static ai.chatflow.api.model.Operation toApi(Operation operation) {
    return new ai.chatflow.api.model.Operation(
        operation.id(),
        ai.chatflow.api.model.Operation.ObjectEnum.OPERATION,
        operation.kind(),
        operation.resource(),
        operation.status(),
        new OperationProgress(operation.progress().done(), operation.progress().total()),
        operation.result(),
        operation.error(),
        operation.createdAt(),
        operation.updatedAt(),
        operation.finishedAt());
  }
}

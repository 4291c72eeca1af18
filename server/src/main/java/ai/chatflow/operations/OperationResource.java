package ai.chatflow.operations;

import ai.chatflow.api.OperationsApi;
import ai.chatflow.api.model.OperationPage;
import ai.chatflow.api.model.OperationStatus;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.http.Pages;
import ai.chatflow.platform.ids.OperationId;

/// `/v1/operations`.
final class OperationResource implements OperationsApi {
  private final OperationService operations;
  private final Pages pages;

  OperationResource(OperationService operations, Pages pages) {
    this.operations = operations;
    this.pages = pages;
  }

  @Override
  public OperationPage listOperations(Integer limit, String cursor, OperationStatus status) {
    var request = pages.request("operations", limit, cursor, status);
    return request.answer(
        operations.list(RequestContext.current().workspace(), status, request.page()),
        OperationMapper::toApi,
        (data, more, next) -> new OperationPage(OperationPage.ObjectEnum.LIST, data, more, next));
  }

  @Override
  public ai.chatflow.api.model.Operation getOperation(OperationId id) {
    return OperationMapper.toApi(operations.get(RequestContext.current().workspace(), id));
  }

  @Override
  public ai.chatflow.api.model.Operation cancelOperation(OperationId id) {
    return OperationMapper.toApi(operations.cancel(RequestContext.current().workspace(), id));
  }
}

package ai.chatflow.platform.http;

import ai.chatflow.platform.context.RequestContext;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;

/// Gives answers the status that the contract promises (a resource returns only the model) and the
/// headers that the request collected.
@Provider
public final class AnswerFilter implements ContainerResponseFilter {
  private final Contract contract;

  public AnswerFilter(Contract contract) {
    this.contract = contract;
  }

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    if (!RequestContext.isBound()) {
      return;
    }
    var headers = response.getHeaders();
    RequestContext.current().responseHeaders().forEach(headers::putSingle);
    if (response.getStatus() == 200) {
      contract.operation(request).ifPresent(o -> response.setStatus(o.status()));
    }
  }
}

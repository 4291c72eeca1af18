package ai.chatflow.platform.http;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.errors.BadRequest;
import ai.chatflow.platform.errors.Forbidden;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.json.Json;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.ext.Provider;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/// The one place where the contract is held against a request: permission first, then parameters,
/// then the raw body against its schema, before anything is bound.
@Provider
@Priority(Priorities.AUTHORIZATION)
public final class ContractFilter implements ContainerRequestFilter {
  /// What follows the first value is refused, not overlooked, and a number is seen as it stands.
  private static final ObjectReader WHOLE =
      Json.MAPPER
          .reader()
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);

  private final Contract contract;
  private final Validation validation = new Validation();

  public ContractFilter(Contract contract) {
    this.contract = contract;
  }

  @Override
  public void filter(ContainerRequestContext request) throws IOException {
    var operation = contract.operation(request);
    if (operation.isEmpty()) {
      return;
    }
    request.setProperty(MeasureFilter.OPERATION, operation.get().id());
    authorise(operation.get());
    validation.parameters(operation.get(), request.getUriInfo().getQueryParameters());
    if (operation.get().body() != null) {
      checkBody(operation.get(), request);
    }
  }

  private static void authorise(Operation operation) {
    if (!RequestContext.current().principal().may(operation.permission())) {
      throw new Forbidden(
          ProblemCode.PERMISSION_DENIED,
          "This operation needs the permission " + operation.permission() + ".");
    }
  }

  private void checkBody(Operation operation, ContainerRequestContext request) throws IOException {
    var bytes = BodyLimit.read(request.getEntityStream(), BodyLimit.API);
    var body = parse(bytes);
    var errors = validation.body(operation, body);
    if (!errors.isEmpty()) {
      throw new Invalid(
          ProblemCode.VALIDATION_FAILED,
          errors.size() == 1 ? "1 field is not valid." : errors.size() + " fields are not valid.",
          errors);
    }
    request.setEntityStream(new ByteArrayInputStream(bytes));
  }

  private static JsonNode parse(byte[] bytes) throws IOException {
    try {
      var body = Json.tree(WHOLE, bytes);
      if (body == null || body.isMissingNode()) {
        throw new BadRequest(ProblemCode.MALFORMED_JSON, "The body is empty.");
      }
      return body;
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw new BadRequest(
          ProblemCode.MALFORMED_JSON,
          "The body is not well-formed JSON"
              + (at == null
                  ? "."
                  : " at line %d, column %d.".formatted(at.getLineNr(), at.getColumnNr())));
    }
  }
}

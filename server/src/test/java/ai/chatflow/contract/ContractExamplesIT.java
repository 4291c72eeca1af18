package ai.chatflow.contract;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.platform.ids.OperationId;
import ai.chatflow.sdk.model.MessageStatus;
import ai.chatflow.testing.Inhabited;
import ai.chatflow.testing.TestWorkspace;
import ai.chatflow.testing.contract.ContractDocument;
import ai.chatflow.testing.contract.ContractOperation;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The examples of the contract are true: each request is executed, in a workspace in which what it
/// names is there, and succeeds as documented; each answer fits its schema.
class ContractExamplesIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  /// These make what an inhabited workspace has already.
  private static final Set<String> IN_AN_EMPTY_WORKSPACE = Set.of("createContact");

  static List<ContractOperation> operations() {
    return Requests.operations();
  }

  static Stream<ContractOperation> withAnEnd() {
    return operations().stream().filter(o -> !o.streams());
  }

  @ParameterizedTest
  @MethodSource("withAnEnd")
  void theRequestExamplesSucceedAsDocumented(ContractOperation operation) {
    var names = operation.bodyType() == null ? Set.of("") : Requests.names(operation);
    assertThat(names).isNotEmpty();

    for (var name : names) {
      var workspace = WORKSPACE.another(operation.id() + " " + name);
      var requests = new Requests(WORKSPACE, settled(operation, workspace.liveKey()));
      var call = requests.to(operation).key(workspace.liveKey());
      if (operation.bodyType() != null) {
        Requests.fill(call, operation, requests.examples(operation).get(name));
      }

      var answer = call.send();

      assertThat(answer.status())
          .as(operation.id() + " " + name + ": " + answer)
          .isEqualTo(operation.success());
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void theAnswerExamplesFitTheirSchemas(ContractOperation operation) {
    var base =
        "/paths/"
            + operation.path().replace("/", "~1")
            + "/"
            + operation.method().toLowerCase(java.util.Locale.ROOT);
    checkExamples(base + "/requestBody");
    for (var response : operation.node().required("responses").properties()) {
      var ref = response.getValue().path("$ref").asText();
      checkExamples(ref.isEmpty() ? base + "/responses/" + response.getKey() : ref.substring(1));
    }
  }

  private static void checkExamples(String pointer) {
    var contract = ContractDocument.get();
    for (var media : contract.at(pointer + "/content").properties()) {
      var at = pointer + "/content/" + media.getKey().replace("/", "~1");
      assertThat(media.getValue().path("examples")).as(at).isNotEmpty();
      for (JsonNode example : media.getValue().path("examples")) {
        assertThat(contract.faults(at + "/schema", example.required("value"))).as(at).isEmpty();
      }
    }
  }

  private static @Nullable Inhabited settled(ContractOperation operation, String key) {
    if (IN_AN_EMPTY_WORKSPACE.contains(operation.id())) {
      return null;
    }
    var client = WORKSPACE.client(key).build();
    var there = Inhabited.settle(client);
    switch (operation.id()) {
      case "resendMessage" -> WORKSPACE.awaitUnknown(client, there.id("unknown"));
      case "createSandboxReceipt" ->
          Inhabited.awaitStatus(client, there.id("sent"), MessageStatus.DELIVERED);
      case "cancelOperation" ->
          WORKSPACE
              .server()
              .owner(
                  """
                  update operation
                  set status = 'running', due_at = now() + interval '1 day', finished_at = null
                  where id = '%s'
                  """
                      .formatted(OperationId.fromString(there.id("opr")).value()));
      default -> {}
    }
    return there;
  }
}

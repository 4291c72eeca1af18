package ai.chatflow.contract;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.sdk.model.CreateApiKeyRequest;
import ai.chatflow.sdk.model.CreateContactRequest;
import ai.chatflow.sdk.model.Permission;
import ai.chatflow.testing.Inhabited;
import ai.chatflow.testing.RawHttp.Answer;
import ai.chatflow.testing.TestWorkspace;
import ai.chatflow.testing.contract.ContractDocument;
import ai.chatflow.testing.contract.ContractOperation;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every operation refuses, generated from the contract: a new operation is held to it without
/// a line here.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a stream has no end
class EveryOperationIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static final String STRANGE = "a_field_that_nobody_knows";
  private static final int MEBIBYTE = 1024 * 1024;

  private static Requests requests;
  private static Inhabited foreign;
  private static String foreignCursor;
  private static final Map<String, String> KEYS_WITHOUT = new HashMap<>();

  @BeforeAll
  static void settle() {
    requests = new Requests(WORKSPACE, Inhabited.settle(WORKSPACE.client()));
    var other = WORKSPACE.another("Another organization");
    var client = WORKSPACE.client(other.liveKey()).build();
    foreign = Inhabited.settle(client);
    client.contacts().create(CreateContactRequest.builder().name("Second").build());
    foreignCursor = client.contacts().list(p -> p.limit(1)).nextCursor().orElseThrow();
  }

  static List<ContractOperation> operations() {
    return Requests.operations();
  }

  static Stream<ContractOperation> withPermission() {
    return operations().stream().filter(o -> !o.permission().equals("none"));
  }

  static Stream<ContractOperation> withId() {
    return operations().stream().filter(o -> o.idPrefix().isPresent());
  }

  /// What is refused of a form is in `MediaIT`.
  static Stream<ContractOperation> withBody() {
    return operations().stream().filter(o -> o.bodyType() != null && !o.uploads());
  }

  static Stream<ContractOperation> withAnswer() {
    return operations().stream().filter(o -> o.success() != 204);
  }

  static Stream<ContractOperation> withLimit() {
    return operations().stream().filter(o -> o.hasQuery("limit"));
  }

  @ParameterizedTest
  @MethodSource("operations")
  void withoutCredentialsIs401(ContractOperation operation) {
    var answer = filled(operation, "").send();

    refused(answer, 401, "missing_credentials");
    assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
  }

  @ParameterizedTest
  @MethodSource("operations")
  void aKeyThatNeverWasIs401(ContractOperation operation) {
    var real = WORKSPACE.credentials().liveKey();
    var flipped = real.charAt(12) == 'a' ? 'b' : 'a';
    var wrong = real.substring(0, 12) + flipped + real.substring(13);

    refused(filled(operation, wrong).send(), 401, "invalid_credentials");
    refused(filled(operation, "no key at all").send(), 401, "invalid_credentials");
  }

  @ParameterizedTest
  @MethodSource("withPermission")
  void aKeyForEverythingElseIs403(ContractOperation operation) {
    var key = KEYS_WITHOUT.computeIfAbsent(operation.permission(), EveryOperationIT::keyWithout);

    var answer = filled(operation, key).send();

    refused(answer, 403, "permission_denied");
    assertThat(answer.body().path("detail").asText()).contains(operation.permission());
  }

  @ParameterizedTest
  @MethodSource("withId")
  void anIdThatIsNobodysIs404(ContractOperation operation) {
    var path = Requests.path(operation, Requests.unknownId(operation.idPrefix().orElseThrow()));

    refused(filled(operation, path, live()).send(), 404, "not_found");
  }

  @ParameterizedTest
  @MethodSource("withId")
  void anIdOfAnotherKindIs404(ContractOperation operation) {
    var path = Requests.path(operation, Requests.unknownId("evt"));

    refused(filled(operation, path, live()).send(), 404, "not_found");
  }

  @ParameterizedTest
  @MethodSource("withId")
  void whatIsAnotherWorkspacesIs404(ContractOperation operation) {
    var path = Requests.path(operation, foreign.id(operation.idPrefix().orElseThrow()));

    refused(filled(operation, path, live()).send(), 404, "not_found");
  }

  @ParameterizedTest
  @MethodSource("withBody")
  void aBodyThatBreaksTheSchemaIs422WithEveryPointer(ContractOperation operation) {
    var body = requests.body(operation);
    var expected = new ArrayList<String>();
    for (var name : required(operation)) {
      body.remove(name);
      expected.add("/" + name);
    }
    body.put(STRANGE, true);
    expected.add("/" + STRANGE);

    var answer = requests.to(operation).key(live()).body(operation.bodyType(), body).send();

    refused(answer, 422, "validation_failed");
    assertThat(answer.places()).containsAll(expected);
  }

  @ParameterizedTest
  @MethodSource("withBody")
  void aBodyThatIsNoObjectIs422(ContractOperation operation) {
    var answer = requests.to(operation).key(live()).body(operation.bodyType(), "[7]").send();

    refused(answer, 422, "validation_failed");
  }

  @ParameterizedTest
  @MethodSource("withBody")
  void brokenJsonIs400(ContractOperation operation) {
    for (var text : List.of("{\"name\":", "", "{\"a\":1}}", "{'a':1}")) {
      var answer = requests.to(operation).key(live()).body(operation.bodyType(), text).send();

      refused(answer, 400, "malformed_json");
    }
  }

  @ParameterizedTest
  @MethodSource("withAnswer")
  void anAnswerThatNobodyMakesIs406(ContractOperation operation) {
    var answer = filled(operation, live()).header("Accept", "text/csv").send();

    refused(answer, 406, "not_acceptable");
  }

  @ParameterizedTest
  @MethodSource("withBody")
  void anotherMediaTypeIs415(ContractOperation operation) {
    var body = requests.body(operation).toString();

    var answer = requests.to(operation).key(live()).body("text/plain", body).send();

    refused(answer, 415, "unsupported_media_type");
  }

  @ParameterizedTest
  @MethodSource("withBody")
  void aBodyOfMoreThanAMebibyteIs413(ContractOperation operation) {
    var body = requests.body(operation).put(STRANGE, "x".repeat(MEBIBYTE)).toString();

    var plain = requests.to(operation).key(live()).body(operation.bodyType(), body).send();
    var keyed =
        requests
            .to(operation)
            .key(live())
            .header("Idempotency-Key", "large-" + operation.id())
            .body(operation.bodyType(), body)
            .send();

    refused(plain, 413, "payload_too_large");
    refused(keyed, 413, "payload_too_large");
  }

  @ParameterizedTest
  @MethodSource("withLimit")
  void aLimitOutsideOneToAHundredIs400(ContractOperation operation) {
    for (var limit : List.of("0", "101", "-1", "many", "")) {
      var answer = query(operation, "limit=" + limit);

      refused(answer, 400, "invalid_parameter");
      assertThat(answer.places()).containsExactly("limit");
    }
  }

  @ParameterizedTest
  @MethodSource("withLimit")
  void aCursorOfAnotherListIs400(ContractOperation operation) {
    for (var cursor : List.of(foreignCursor, "AAAA", "%2B%2B")) {
      var answer = query(operation, "cursor=" + cursor);

      assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
      assertThat(answer.code()).isIn("cursor_mismatch", "invalid_parameter");
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void aParameterThatIsNotDeclaredIs400(ContractOperation operation) {
    var answer = query(operation, STRANGE + "=1");

    refused(answer, 400, "invalid_parameter");
    assertThat(answer.places()).containsExactly(STRANGE);
  }

  private static Answer query(ContractOperation operation, String query) {
    return filled(operation, requests.path(operation) + "?" + query, live()).send();
  }

  private static ai.chatflow.testing.RawHttp.Call filled(ContractOperation operation, String key) {
    return filled(operation, requests.path(operation), key);
  }

  private static ai.chatflow.testing.RawHttp.Call filled(
      ContractOperation operation, String path, String key) {
    var call = requests.at(operation, path);
    if (operation.bodyType() != null) {
      Requests.fill(call, operation, requests.body(operation));
    }
    return key.isEmpty() ? call : call.key(key);
  }

  private static void refused(Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.body().path("request_id").asText()).isEqualTo(answer.header("Request-Id"));
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
  }

  private static List<String> required(ContractOperation operation) {
    var schema = operation.node().at("/requestBody/content").elements().next().path("schema");
    var ref = schema.path("$ref").asText();
    JsonNode whole = ref.isEmpty() ? schema : ContractDocument.get().at(ref.substring(1));
    return whole.path("required").valueStream().map(JsonNode::asText).toList();
  }

  private static String keyWithout(String permission) {
    var scopes =
        WORKSPACE.client().workspaces().listPermissions(p -> p.limit(100)).stream()
            .map(Permission::name)
            .filter(name -> !name.equals(permission))
            .toList();
    var key = CreateApiKeyRequest.builder().name("Not " + permission).scopes(scopes).build();
    return WORKSPACE.client().apiKeys().create(key).secret();
  }

  private static String live() {
    return WORKSPACE.credentials().liveKey();
  }
}

package ai.chatflow.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.sdk.model.CreateContactRequest;
import ai.chatflow.testing.Inhabited;
import ai.chatflow.testing.RawHttp.Answer;
import ai.chatflow.testing.RawHttp.Call;
import ai.chatflow.testing.TestServer;
import ai.chatflow.testing.TestWorkspace;
import ai.chatflow.testing.contract.ContractDocument;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every code of the catalogue is reached, or the reason stands here. A new code does not compile
/// without one of the two.
class ProblemCatalogueIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static final String JSON = "application/json";
  private static final String PATCH = "application/merge-patch+json";

  /// Nothing answers with these yet.
  private static final Map<ProblemCode, String> UNREACHED =
      Map.of(
          ProblemCode.QUOTA_EXCEEDED, "there are no plans yet",
          ProblemCode.RATE_LIMITED, "FiltersTest reaches it: a slow machine is never too fast");

  private static Inhabited there;
  private static String number;
  private static String hook;

  @BeforeAll
  static void settle() {
    there = Inhabited.settle(WORKSPACE.client());
    var channel = post("/v1/channels", whatsApp("\"a\"")).send().body();
    number = channel.path("id").asText();
    hook = java.net.URI.create(channel.path("webhook_url").asText()).getPath();
  }

  @ParameterizedTest
  @EnumSource(ProblemCode.class)
  void everyCodeIsReached(ProblemCode code) {
    if (UNREACHED.containsKey(code)) {
      return;
    }

    var answer = provoke(code);

    assertThat(answer.code()).as(answer.toString()).isEqualTo(code.value());
    var entry =
        ContractDocument.get().at("/components/schemas/ProblemCode/x-problems/" + code.value());
    assertThat(answer.status()).isEqualTo(entry.required("status").asInt());
    assertThat(answer.body().path("title")).isEqualTo(entry.required("title"));
    assertThat(answer.body().path("retryable")).isEqualTo(entry.required("retryable"));
  }

  private static Answer provoke(ProblemCode code) {
    return switch (code) {
      case MALFORMED_REQUEST -> get("/v1/contacts/%ff").send();
      case URI_TOO_LONG -> get("/v1/contacts?name=" + "x".repeat(64 * 1024)).send();
      case HEADERS_TOO_LARGE -> get("/v1/me").header("Tag", "x".repeat(64 * 1024)).send();
      case MALFORMED_JSON -> post("/v1/contacts", "{").send();
      case INVALID_PARAMETER -> get("/v1/contacts?limit=0").send();
      case CURSOR_EXPIRED -> afterTheFirstEventIsGone();
      case CURSOR_MISMATCH -> get("/v1/contacts?cursor=AAAA").send();
      case MISSING_CREDENTIALS -> WORKSPACE.raw().call("GET", "/v1/me").send();
      case INVALID_CREDENTIALS -> WORKSPACE.raw().call("GET", "/v1/me").key("cf_live_x").send();
      case INVALID_SIGNATURE ->
          WORKSPACE.raw().call("POST", hook).body(JSON, "{\"entry\":[]}").send();
      case PERMISSION_DENIED -> call("GET", "/v1/flows").key(reader()).send();
      case NOT_FOUND -> get("/v1/contacts/con_01kavk5e4sf2xr2bq6d8n1c7pm").send();
      case METHOD_NOT_ALLOWED -> call("PUT", "/v1/contacts").key(live()).body(JSON, "{}").send();
      case NOT_ACCEPTABLE -> get("/v1/contacts").header("Accept", "text/csv").send();
      case CONFLICT -> post("/v1/messages/" + there.id("sent") + "/read", "{}").send();
      case IDEMPOTENCY_IN_PROGRESS -> whileContactsAreLocked(true);
      case SERVICE_UNAVAILABLE -> whileContactsAreLocked(false);
      case EXTERNAL_ID_TAKEN -> post("/v1/contacts", "{'external_id':'4711'}").send();
      case IDENTITY_TAKEN -> post("/v1/contacts", "{'phone':'" + Inhabited.PHONE + "'}").send();
      case CHANNEL_TAKEN -> post("/v1/channels", whatsApp("\"b\"")).send();
      case CHANNEL_NOT_CONNECTED -> toDisconnected();
      case MESSAGE_NOT_CANCELLABLE ->
          post("/v1/messages/" + there.id("msg") + "/cancel", null).send();
      case MESSAGE_NOT_RESENDABLE ->
          post("/v1/messages/" + there.id("msg") + "/resend", null).send();
      case OPERATION_NOT_CANCELLABLE ->
          post("/v1/operations/" + there.id("opr") + "/cancel", null).send();
      case FLOW_NOT_PUBLISHABLE -> publishNothing();
      case PRECONDITION_FAILED ->
          call("PATCH", "/v1/flows/" + there.id("flw"))
              .key(live())
              .header("If-Match", "\"0\"")
              .body(PATCH, "{\"name\":\"x\"}")
              .send();
      case PRECONDITION_REQUIRED ->
          call("PATCH", "/v1/flows/" + there.id("flw"))
              .key(live())
              .body(PATCH, "{\"name\":\"x\"}")
              .send();
      case PAYLOAD_TOO_LARGE ->
          post("/v1/contacts", "{'name':'" + "x".repeat(1024 * 1024) + "'}").send();
      case UNSUPPORTED_MEDIA_TYPE ->
          call("POST", "/v1/contacts").key(live()).body("text/csv", "name").send();
      case VALIDATION_FAILED -> post("/v1/contacts", "{}").send();
      case IDEMPOTENCY_KEY_REUSED -> reused();
      case WINDOW_CLOSED ->
          post("/v1/messages", message(number, "{'type':'text','text':'x'}")).send();
      case CONTENT_NOT_SUPPORTED ->
          post("/v1/messages", message(there.id("chn"), "{'type':'image'}")).send();
      case INTERNAL_ERROR -> whileFlowSessionsAreBroken();
      case INVALID_QUERY -> graphql("{ nothing }");
      case QUERY_TOO_COSTLY ->
          graphql(
              "{ __type(name: \\\"ID\\\") { "
                  + "ofType { ".repeat(20)
                  + "name"
                  + " }".repeat(20)
                  + " } }");
      case UPSTREAM_ERROR -> connectStranger();
      case TEMPLATE_TAKEN -> {
        template("taken");
        yield post("/v1/message-templates", templateBody("taken")).send();
      }
      case TEMPLATE_NOT_EDITABLE -> editPending();
      case TEMPLATE_UNKNOWN -> sendUnknownTemplate();
      case TEMPLATE_NOT_SENDABLE -> sendTemplateThatIs("pending");
      case TEMPLATE_MISMATCH -> sendTemplateThatIs("approved");
      case PROVIDER_REFUSED -> refusedTemplate();
      case QUOTA_EXCEEDED, RATE_LIMITED -> throw new AssertionError(code);
    };
  }

  private static String templateBody(String name) {
    return "{'channel_id':'%s','name':'%s','language':'en','category':'utility','components':%s}"
        .formatted(
            number,
            name,
            "[{'type':'body','text':'Hi {{1}}, hello.','examples':[{'value':'Ann'}]}]");
  }

  /// A template that the provider knows nothing of: its token is not one.
  private static Answer template(String name) {
    return post("/v1/message-templates", templateBody(name)).send();
  }

  private static void templateIs(String name, String status) {
    WORKSPACE
        .server()
        .owner(
            "update message_template set status = '%s' where name = '%s'".formatted(status, name));
  }

  private static Answer editPending() {
    var id = template("pending").body().path("resource_id").asText();
    awaitRefusal(id);
    templateIs("pending", "pending");
    return call("PATCH", "/v1/message-templates/" + id)
        .key(live())
        .header("If-Match", "*")
        .body(PATCH, "{\"category\":\"marketing\"}")
        .send();
  }

  private static Answer sendTemplateThatIs(String status) {
    var name = "is_" + status;
    awaitRefusal(template(name).body().path("resource_id").asText());
    templateIs(name, status);
    return post("/v1/messages", message(number, templateContent(name))).send();
  }

  private static String templateContent(String name) {
    return "{'type':'template','name':'" + name + "','language':'en'}";
  }

  private static Answer sendUnknownTemplate() {
    var all = "insert into template_account (workspace_id, channel_type, account, synced_at)";
    var workspace = WorkspaceId.fromString(there.id("wsp")).value();
    WORKSPACE
        .server()
        .owner(
            all
                + " values ('%s', 'whatsapp_cloud', '901', now())".formatted(workspace)
                + " on conflict (workspace_id, channel_type, account)"
                + " do update set synced_at = now()");
    return post("/v1/messages", message(number, templateContent("nobodys"))).send();
  }

  /// The problem that an operation ended with.
  private static Answer refusedTemplate() {
    return awaitRefusal(template("refused").body().path("resource_id").asText());
  }

  private static Answer awaitRefusal(String template) {
    var operation =
        await()
            .atMost(Duration.ofSeconds(20))
            .pollInterval(Duration.ofMillis(50))
            .until(
                () -> get("/v1/operations?limit=100").send(),
                answer -> !errorOf(answer, template).isMissingNode());
    var problem = errorOf(operation, template);
    return new Answer(problem.path("status").asInt(), operation.headers(), problem);
  }

  private static JsonNode errorOf(Answer operations, String template) {
    for (var one : operations.body().path("data")) {
      if (one.path("resource_id").asText().equals(template) && one.path("error").isObject()) {
        return one.get("error");
      }
    }
    return MissingNode.getInstance();
  }

  private static Answer connectStranger() {
    var bot = "{'type':'telegram','bot_token':'42:AAnobodysTokenNobodysTokenNobodysT'}";
    var channel = post("/v1/channels", "{'name':'Stranger','config':" + bot + "}").send().body();
    return post("/v1/channels/" + channel.path("id").asText() + "/connect", null).send();
  }

  private static Answer afterTheFirstEventIsGone() {
    var other = WORKSPACE.another("Forgetful");
    var client = WORKSPACE.client(other.liveKey()).build();
    client.contacts().create(CreateContactRequest.builder().name("Forgotten").build());
    Inhabited.awaitEvents(client, 1);
    var workspace = WorkspaceId.fromString(client.me().workspace().id()).value();
    WORKSPACE.server().owner("delete from event where workspace_id = '" + workspace + "'");
    return call("GET", "/v1/events?cursor=0").key(other.liveKey()).send();
  }

  /// One request waits for the table; with the same key a second one finds it running, and without
  /// one it gives up in time.
  private static Answer whileContactsAreLocked(boolean twin) {
    var request =
        post("/v1/contacts", "{'name':'Locked'}").header("Idempotency-Key", "twin " + twin);
    try (var connection = WORKSPACE.server().database().admin().getConnection();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      connection.setAutoCommit(false);
      try (var statement = connection.createStatement()) {
        statement.execute("lock table contact in access exclusive mode");
        var first = CompletableFuture.supplyAsync(request::send, threads);
        if (!twin) {
          return first.join();
        }
        await()
            .atMost(Duration.ofSeconds(5))
            .pollInterval(Duration.ofMillis(20))
            .until(() -> request.send(), answer -> answer.status() == 409);
        var second = request.send();
        connection.rollback();
        first.join();
        return second;
      } finally {
        connection.rollback();
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static Answer whileFlowSessionsAreBroken() {
    try {
      WORKSPACE.server().owner("alter table flow_session rename to flow_session_broken");
      return get("/v1/flow-sessions").send();
    } finally {
      WORKSPACE.server().owner("alter table flow_session_broken rename to flow_session");
    }
  }

  private static Answer toDisconnected() {
    var id = ChannelId.fromString(number).value();
    var set = "update channel set status = '%s' where id = '%s'";
    WORKSPACE.server().owner(set.formatted("disconnected", id));
    try {
      return post("/v1/messages", message(number, "{'type':'text','text':'x'}")).send();
    } finally {
      WORKSPACE.server().owner(set.formatted("connected", id));
    }
  }

  /// The problem that stands in the answer to a query.
  private static Answer graphql(String query) {
    var answer = post("/graphql", "{'query':'" + query + "'}").send();
    var problem = answer.body().at("/errors/0/extensions");
    return new Answer(problem.path("status").asInt(), answer.headers(), problem);
  }

  private static Answer publishNothing() {
    var flow =
        post(
                "/v1/flows",
                """
                {"name":"Lost","definition":{"start":"a","nodes":[{"id":"a","type":"jump",\
                "target":"nowhere"}]}}\
                """)
            .send();
    return post("/v1/flows/" + flow.body().path("id").asText() + "/publish", null).send();
  }

  private static Answer reused() {
    post("/v1/contacts", "{'name':'One'}").header("Idempotency-Key", "used").send();
    return post("/v1/contacts", "{'name':'Two'}").header("Idempotency-Key", "used").send();
  }

  private static String reader() {
    return post("/v1/api-keys", "{'name':'Reader','scopes':['contacts:read']}")
        .send()
        .body()
        .path("secret")
        .asText();
  }

  private static String message(String channel, String content) {
    return "{'channel_id':'%s','to':{'phone':'+16505559000'},'content':%s}"
        .formatted(channel, content);
  }

  private static String whatsApp(String name) {
    var account = TestServer.ACCOUNT;
    return """
    {"name":%s,"config":{"type":"whatsapp_cloud","phone_number_id":"900","waba_id":"901",\
    "app_id":"902","access_token":"t","app_secret":"%s","verify_token":"v"}}\
    """
        .formatted(name, account.appSecret());
  }

  private static Call get(String path) {
    return call("GET", path).key(live());
  }

  private static Call post(String path, @Nullable String body) {
    var call = call("POST", path).key(live());
    return body == null ? call : call.body(JSON, body.replace('\'', '"'));
  }

  private static Call call(String method, String path) {
    return WORKSPACE.raw().call(method, path);
  }

  private static String live() {
    return WORKSPACE.credentials().liveKey();
  }
}

package ai.chatflow.testing;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.ChatFlowClientBuilder;
import ai.chatflow.sdk.model.Message;
import ai.chatflow.sdk.model.MessageStatus;
import ai.chatflow.tenancy.Bootstrap;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A workspace of a test class's own on the shared `TestServer`. After each test, answers that
/// broke our contract fail it, and so do requests that broke the provider's. Clients do not retry,
/// so that tests see each answer.
public final class TestWorkspace implements BeforeAllCallback, AfterEachCallback {
  private TestServer server;
  private Bootstrap.Credentials credentials;
  private ChatFlowClient client;
  private ChatFlowClient testClient;

  @Override
  public void beforeAll(ExtensionContext context) {
    server = TestServer.shared(context);
    credentials = server.newWorkspace(context.getRequiredTestClass().getSimpleName());
    client = client(credentials.liveKey()).build();
    testClient = client(credentials.testKey()).build();
    server.answers().takeViolations();
    server.graph().log().takeOffences();
    server.telegram().log().takeOffences();
    server.twilio().log().takeOffences();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    assertNothingBroken();
  }

  /// For tests that are several in one.
  public void assertNothingBroken() {
    assertThat(server.answers().takeViolations()).isEmpty();
    assertThat(server.graph().log().takeOffences()).isEmpty();
    assertThat(server.telegram().log().takeOffences()).isEmpty();
    assertThat(server.twilio().log().takeOffences()).isEmpty();
  }

  public TestServer server() {
    return server;
  }

  /// Waits until a message is of unknown outcome, without the minute that its echo would have.
  public Message awaitUnknown(ChatFlowClient asking, String message) {
    return Awaitility.await("status unknown")
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              server.letTheEchoesStayAway();
              return asking.messages().get(message);
            },
            found -> found.status().equals(MessageStatus.UNKNOWN));
  }

  /// Another workspace on the same server, of another organization.
  public Bootstrap.Credentials another(String name) {
    return server.newWorkspace(name);
  }

  /// Ids and keys.
  public Bootstrap.Credentials credentials() {
    return credentials;
  }

  /// With the live key.
  public ChatFlowClient client() {
    return client;
  }

  /// With the key of the test workspace.
  public ChatFlowClient testClient() {
    return testClient;
  }

  /// A client to build, with a key of the test's choice.
  public ChatFlowClientBuilder client(String key) {
    return ChatFlowClient.builder().baseUrl(server.url().toString()).apiKey(key).maxRetries(0);
  }

  /// Requests that no SDK would make, to operations of the contract.
  public RawHttp raw() {
    return new RawHttp(server.url());
  }

  /// HTTP beside the contract, such as documents and pages.
  public RequestSpecification http() {
    return RestAssured.given()
        .baseUri(server.url().toString())
        .urlEncodingEnabled(false)
        .redirects()
        .follow(false);
  }
}

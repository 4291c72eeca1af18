package ai.chatflow.scenarios;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.testing.TestWorkspace;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.Socket;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that no client writes, byte by byte: what cannot be read is a problem like any other.
class UnreadableRequestsIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern REQUEST_ID = Pattern.compile("(?im)^Request-Id: (\\S+)");
  private static final String OURS = "0198e3b1-5d1c-7c1e-9f0a-2b8f6f1d4c11";
  private static final int PATIENCE = 20_000;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/contacts/%00",
        "/v1/contacts/%ff",
        "/v1/contacts/%zz",
        "/v1/contacts/%",
        "/v1/contacts/%u0041",
        "/v1/contacts/\u00ff",
        "/v1/contacts%2fx",
        "/v1/contacts/%2e%2e/me",
        "/v1/contacts\\x",
        "/v1/me#x",
        "//",
        "//v1/me",
        "/v1//me",
        "/v1/;/me",
        "/..;/",
        "/v1/..;/me",
        "/../..",
        "/docs/..%2f..%2fx",
        "/hooks/%ff",
        "/openapi.json/%00",
        "v1/me",
        "*",
        "http://a b/",
        "http://[::1/"
      })
  void anAddressThatCannotBeReadIsAProblem(String address) throws IOException {
    assertMalformed(ask("GET " + address + " HTTP/1.1", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"%zz", "%ff", "%", "%u0041", "\u00ff", "%c3%28", "%ed%a0%80"})
  void aQueryThatCannotBeReadIsAProblem(String value) throws IOException {
    assertMalformed(ask("GET /v1/contacts?phone=" + value + " HTTP/1.1", ""));
    assertMalformed(ask("GET /v1/contacts?" + value + "=1 HTTP/1.1", ""));
    assertMalformed(ask("GET /docs/?x=" + value + " HTTP/1.1", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"%c3%a9", "%ef%bf%bd", "+%20", "%2B16505551234"})
  void aQueryThatCanBeReadIsAnswered(String value) throws IOException {
    var answer = ask("GET /v1/contacts?external_id=" + value + " HTTP/1.1", "");

    assertThat(answer.head()).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void anAddressOverTheLimitIsAProblem() throws IOException {
    var path = ask("GET /" + "a".repeat(20_000) + " HTTP/1.1", "");
    var query = ask("GET /v1/contacts?phone=" + "1".repeat(20_000) + " HTTP/1.1", "");

    assertProblem(path, 414);
    assertProblem(query, 414);
    assertThat(path.code()).isEqualTo("uri_too_long");
  }

  @Test
  void anAddressJustWithinTheLimitHasAProblemThatFitsTheContract() throws IOException {
    var answer = ask("GET /v1/" + "a".repeat(15_000) + " HTTP/1.1", "");

    assertProblem(answer, 404);
    assertThat(answer.body().has("instance")).isFalse();
  }

  @Test
  void headersOverTheLimitAreAProblem() throws IOException {
    var one = ask("GET /v1/me HTTP/1.1", "X: " + "a".repeat(20_000) + "\r\n");
    var many = ask("GET /v1/me HTTP/1.1", "X: a\r\n".repeat(4_000));

    assertProblem(one, 431);
    assertProblem(many, 431);
    assertThat(one.code()).isEqualTo("headers_too_large");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X: a\0b",
        "X\u00ff: a",
        "X Y: a",
        ": a",
        "no colon",
        "Host: twice",
        "Content-Length: x",
        "Content-Length: -1",
        "Content-Length: 99999999999999999999",
        "Content-Length: 1\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: strange",
        "Expect: wonders"
      })
  void aHeaderThatCannotBeReadIsAProblem(String header) throws IOException {
    assertMalformed(ask("POST /v1/contacts HTTP/1.1", header + "\r\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/me",
        "GET /v1/me HTTP/9.9",
        "GET  HTTP/1.1",
        "PRI * HTTP/2.0",
        "GE\0T /v1/me HTTP/1.1",
        "\u0016\u0003\u0001",
        "HEAD /v1/contacts/%00 HTTP/1.1",
        "PATCH /v1/contacts/%00 HTTP/1.1"
      })
  void aRequestLineThatCannotBeReadIsAProblem(String line) throws IOException {
    assertMalformed(ask(line, ""));
  }

  @Test
  void aRequestWithoutAHostIsAProblem() throws IOException {
    assertMalformed(exchange("GET /v1/me HTTP/1.1\r\n\r\n"));
    assertMalformed(exchange("GET /v1/me HTTP/1.1\r\nHost: a b\r\n\r\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRACE /v1/me", "STRANGE /v1/me", "TRACE /docs/", "CONNECT a:1"})
  void aMethodThatNobodyKnowsIsAProblem(String line) throws IOException {
    assertProblem(ask(line + " HTTP/1.1", ""), 405);
  }

  @Test
  void aBodyInBrokenChunksIsAProblem() throws IOException {
    var header = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n";

    var answer = ask("POST /v1/contacts HTTP/1.1", header, "zz\r\n\r\n");

    assertProblem(answer, 400);
  }

  @Test
  void theRequestIdOfTheCallerIsKeptWhereItWasRead() throws IOException {
    var answer = ask("GET /v1/me HTTP/1.1", "Expect: wonders\r\nRequest-Id: " + OURS + "\r\n");

    assertMalformed(answer);
    assertThat(answer.requestId()).isEqualTo(OURS);
  }

  private record Answer(String head, JsonNode body, String text) {
    String code() {
      return body.path("code").asText();
    }

    String requestId() {
      var matcher = REQUEST_ID.matcher(head);
      assertThat(matcher.find()).as(head).isTrue();
      return matcher.group(1);
    }
  }

  private static Answer ask(String line, String headers) throws IOException {
    return ask(line, headers, "");
  }

  private static Answer ask(String line, String headers, String body) throws IOException {
    var key = WORKSPACE.credentials().liveKey();
    var always = "Host: localhost\r\nConnection: close\r\nAuthorization: Bearer " + key + "\r\n";
    return exchange(line + "\r\n" + always + headers + "\r\n" + body);
  }

  private static Answer exchange(String request) throws IOException {
    var server = WORKSPACE.server().url();
    try (var socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout(PATIENCE);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      socket.shutdownOutput();
      var answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      int end = answer.indexOf("\r\n\r\n");
      assertThat(end).as(answer).isPositive();
      var body = answer.substring(end + 4);
      return new Answer(answer.substring(0, end + 2), JSON.readTree(body), body);
    }
  }

  private static void assertMalformed(Answer answer) {
    assertProblem(answer, 400);
    assertThat(answer.code()).isEqualTo("malformed_request");
  }

  private static void assertProblem(Answer answer, int status) {
    assertThat(answer.head()).startsWith("HTTP/1.1 " + status + " ");
    assertThat(answer.head()).containsIgnoringCase("Content-Type: application/problem+json");
    assertThat(answer.head()).doesNotContainIgnoringCase("Server:");
    assertThat(answer.text()).doesNotContainIgnoringCase("jetty").doesNotContain("Exception");
    assertThat(answer.body().path("status").asInt()).as(answer.text()).isEqualTo(status);
    assertThat(answer.body().path("retryable").asBoolean()).isFalse();
    assertThat(answer.body().path("request_id").asText()).isEqualTo(answer.requestId());
    assertThat(UUID.fromString(answer.requestId())).isNotNull();
  }
}

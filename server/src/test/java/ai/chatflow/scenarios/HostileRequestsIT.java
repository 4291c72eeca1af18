package ai.chatflow.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.testing.RawHttp.Answer;
import ai.chatflow.testing.TestWorkspace;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that fit the schema, or nearly, and would be trouble later.
class HostileRequestsIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static final String ENDPOINTS = "/v1/webhook-endpoints";

  private final String key = WORKSPACE.another("Hostile").liveKey();

  @ParameterizedTest
  @ValueSource(strings = {"1e999999999", "1e131071", "-1e1000", "1e-20000", "0e-999999999"})
  void aNumberThatNobodyReadsBackIsRefusedWithItsPlace(String number) {
    var one = "{'field':'version','op':'gt','value':%s}".formatted(number);
    var many = "{'all':[{'field':'version','op':'in','values':[1,%s]}]}".formatted(number);

    refused(create(",'condition':" + one), "/condition/value");
    refused(create(",'condition':" + many), "/condition/all/0/values/1");
    refused(patch(endpoint(), "{'condition':" + one + "}"), "/condition/value");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e9999999999", "999999999999e9999999999", "-1e-99999999999999999999"})
  void aNumberThatNoDecimalHoldsIsMalformed(String number) {
    var answer = create(",'condition':{'field':'version','op':'gt','value':%s}".formatted(number));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("malformed_json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.7976931348623157e308", "-4.9e-324", "9007199254740993"})
  void anyNumberOfAProgramIsKept(String number) {
    var created = create(",'condition':{'field':'version','op':'eq','value':%s}".formatted(number));

    assertThat(created.status()).isEqualTo(201);
    var id = created.body().at("/webhook_endpoint/id").asText();
    assertThat(get(id).body().at("/condition/value").decimalValue()).isEqualByComparingTo(number);
  }

  @ParameterizedTest
  @ValueSource(strings = {"5.0", "50e-1", "0.5e1"})
  void aWholeNumberIsOneHoweverItIsWritten(String number) {
    var created = create(",'rate_per_second':" + number);

    assertThat(created.body().at("/webhook_endpoint/rate_per_second").asInt()).isEqualTo(5);
  }

  @Test
  void aTimeThatOnlyTheSchemaTakesIsRefusedWithItsPlace() {
    var body = "{'since':'2026-01-01 00:00:00Z'}";

    refused(post(ENDPOINTS + "/" + endpoint() + "/recover", body), "/since");
    refused(post(ENDPOINTS + "/" + endpoint() + "/replay", body), "/since");
  }

  @Test
  void patchesTogetherMakeNoMoreMetadataThanTheContractAllows() {
    var id = endpoint();
    assertThat(patch(id, metadata("a", 30)).status()).isEqualTo(200);

    refused(patch(id, metadata("b", 30)), "/metadata");

    assertThat(patch(id, metadata("a", 30).replace("'x'", "null")).status()).isEqualTo(200);
    assertThat(patch(id, metadata("b", 30)).body().path("metadata")).hasSize(30);
  }

  @Test
  void whatWeCannotReadOurselvesIsAProblemLikeAnyOther() throws Exception {
    var created = post(ENDPOINTS, "{'url':'https://hooks.example.com/unreadable'}");
    var id = created.body().at("/webhook_endpoint/id").asText();
    WORKSPACE
        .server()
        .owner("update webhook_endpoint set condition = '5' where url like '%unreadable%'");

    var answer = get(id);

    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.code()).isEqualTo("internal_error");
  }

  @Test
  void aBodyThatBreaksOffIsNoFaultOfOurs() throws IOException {
    var server = WORKSPACE.server().url();
    try (var socket = new Socket(server.getHost(), server.getPort())) {
      var head =
          """
          POST /v1/webhook-endpoints HTTP/1.1\r
          Host: localhost\r
          Authorization: Bearer %s\r
          Content-Type: application/json\r
          Content-Length: 100\r
          \r
          {"url":\
          """
              .formatted(key);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();

      var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answer).startsWith("HTTP/1.1 400 ");
    }
  }

  private String endpoint() {
    return create("").body().at("/webhook_endpoint/id").asText();
  }

  private Answer create(String more) {
    return post(ENDPOINTS, "{'url':'https://hooks.example.com/'" + more + "}");
  }

  private Answer post(String path, String body) {
    return send("POST", path, "application/json", body);
  }

  private Answer patch(String id, String body) {
    return send("PATCH", ENDPOINTS + "/" + id, "application/merge-patch+json", body);
  }

  private Answer send(String method, String path, String mediaType, String body) {
    return WORKSPACE
        .raw()
        .call(method, path)
        .key(key)
        .body(mediaType, body.replace('\'', '"'))
        .send();
  }

  private Answer get(String id) {
    return WORKSPACE.raw().call("GET", ENDPOINTS + "/" + id).key(key).send();
  }

  private static String metadata(String prefix, int keys) {
    return IntStream.range(0, keys)
        .mapToObj(i -> "'" + prefix + i + "':'x'")
        .collect(Collectors.joining(",", "{'metadata':{", "}}"));
  }

  private static void refused(Answer answer, String place) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(422);
    assertThat(answer.code()).isEqualTo("validation_failed");
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.places()).contains(place);
  }
}

package ai.chatflow.app;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.testing.RawHttp;
import ai.chatflow.testing.TestWorkspace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class GraphQlHttpIT {
  @RegisterExtension static final TestWorkspace world = new TestWorkspace();

  @Test
  void aQueryIsAnsweredAsTheKeyMay() {
    var answer =
        post(
            "{\"query\": \"{ viewer { permissions workspace { id mode } } contacts { edges { cursor"
                + " } } }\"}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).startsWith("application/json");
    assertThat(answer.header("Request-Id")).isNotEmpty();
    assertThat(answer.header("RateLimit")).isNotEmpty();
    assertThat(answer.body().at("/data/viewer/workspace/id").asText())
        .isEqualTo(world.credentials().workspace().toString());
    assertThat(answer.body().at("/data/viewer/workspace/mode").asText()).isEqualTo("LIVE");
    assertThat(answer.body().at("/data/contacts/edges").isArray()).isTrue();
  }

  @Test
  void anErrorOfTheQueryCarriesTheRequestIdOfTheAnswer() {
    var answer = post("{\"query\": \"{ nothing }\"}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().at("/errors/0/extensions/code").asText()).isEqualTo("invalid_query");
    assertThat(answer.body().at("/errors/0/extensions/request_id").asText())
        .isEqualTo(answer.header("Request-Id"));
  }

  @Test
  void whatIsNoGraphQlRequestIsAProblem() {
    assertProblem(post("{\"query\": "), 400, "malformed_json");
    assertProblem(post(""), 400, "malformed_json");
    assertProblem(post("[{\"query\": \"{ viewer { permissions } }\"}]"), 400, "malformed_json");
    assertProblem(post("{\"query\": \"{ a }\", \"variables\": 1}"), 400, "malformed_json");
    assertProblem(
        post("{\"query\": \"{ a }\", \"variables\": {\"b\": 1e9999999999}}"),
        400,
        "malformed_json");
    assertProblem(
        post("{\"query\": \"" + " ".repeat(1024 * 1024) + "\"}"), 413, "payload_too_large");
    assertProblem(
        key("POST").body("text/plain", "{ viewer { permissions } }").send(),
        415,
        "unsupported_media_type");
    assertProblem(key("GET").send(), 405, "method_not_allowed");
    assertProblem(
        world.raw().call("POST", "/graphql").body("application/json", "{}").send(),
        401,
        "missing_credentials");
  }

  private static void assertProblem(RawHttp.Answer answer, int status, String code) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
  }

  private static RawHttp.Answer post(String body) {
    return key("POST").body("application/json", body).send();
  }

  private static RawHttp.Call key(String method) {
    return world.raw().call(method, "/graphql").key(world.credentials().liveKey());
  }
}

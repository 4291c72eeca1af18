package ai.chatflow.channels.whatsappcloud;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.channels.wire.Json;
import ai.chatflow.testing.whatsapp.GraphRequests;
import ai.chatflow.testing.whatsapp.GraphRequests.Request;
import ai.chatflow.testing.whatsapp.GraphSpec;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The simulated provider notices what the real one would not understand.
class GraphRequestsTest {
  private static final String MESSAGES = "/v23.0/700/messages";
  private static final String READ =
      "{\"messaging_product\":\"whatsapp\",\"status\":\"read\",\"message_id\":\"wamid.1\"}";

  @Test
  void whatWeSendIsUnderstood() {
    assertThat(violation("POST", MESSAGES, READ)).isNull();
    assertThat(violation("GET", "/v23.0/700", "")).isNull();
  }

  @Test
  void operationsThatDoNotExistAreNot() {
    assertThat(violation("POST", "/v23.0/701/messages", READ)).isNotNull();
    assertThat(violation("POST", "/v23.0/700/message", READ)).isNotNull();
    assertThat(violation("PUT", MESSAGES, READ)).isNotNull();
    assertThat(violation("GET", "/700", "")).isNotNull();
    assertThat(violation("GET", "/v23.0/700", "{}")).isNotNull();
    assertThat(violation("POST", MESSAGES, "")).isNotNull();
    assertThat(violation("POST", MESSAGES, "[]")).isNotNull();
  }

  @Test
  void receiptsAreHeldToTheirShape() {
    assertThat(violation("POST", MESSAGES, READ.replace("whatsapp", "telegram"))).isNotNull();
    assertThat(violation("POST", MESSAGES, READ.replace("wamid.1", ""))).isNotNull();
    assertThat(violation("POST", MESSAGES, READ.replace("\"read\"", "\"seen\""))).isNotNull();
    for (String more : new String[] {"\"typing\":1", "\"typing_indicator\":{\"type\":\"audio\"}"}) {
      assertThat(violation("POST", MESSAGES, READ.replace("}", "," + more + "}"))).isNotNull();
    }
  }

  /// By our own rules, and by the provider's contract where it is there.
  @TestFactory
  Stream<DynamicTest> aStrangerInAMessageIsNoticed() throws IOException {
    return WhatsAppMessagesTest.cases().stream()
        .map(one -> (ObjectNode) one.get("body"))
        .map(
            body -> {
              body.put("messaging_product", "whatsapp");
              return DynamicTest.dynamicTest(body.toString(), () -> noticed(body));
            });
  }

  /// The rules of the provider, each broken once: what holds where its contract is not there.
  @TestFactory
  Stream<DynamicTest> everyRuleOfOurOwnIsHeldUp() throws IOException {
    try (InputStream in =
        GraphRequestsTest.class.getResourceAsStream("/testdata/whatsapp/refused.json")) {
      return Json.MAPPER.readTree(in).valueStream().toList().stream()
          .map(
              one ->
                  DynamicTest.dynamicTest(
                      one.get("name").asText(),
                      () ->
                          assertThat(violation("POST", MESSAGES, one.get("body").toString()))
                              .isNotNull()));
    }
  }

  private static void noticed(ObjectNode body) {
    if (!body.has("recipient_type")) {
      body.put("recipient_type", "individual");
    }
    assertThat(violation("POST", MESSAGES, body.toString())).isNull();

    var stranger = body.deepCopy().put("surprise", true);
    assertThat(violation("POST", MESSAGES, stranger.toString())).isNotNull();
    if (GraphSpec.find().isPresent()) {
      assertThat(GraphSpec.find().get().violations(stranger)).isNotEmpty();
    }
  }

  private static @Nullable Object violation(String method, String path, String body) {
    var request = Request.of(method, path, body.getBytes(StandardCharsets.UTF_8));
    return GraphRequests.violation(request, Set.of("700"));
  }
}

package ai.chatflow.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.sdk.model.Event;
import ai.chatflow.sdk.model.Message;
import ai.chatflow.sdk.model.MessageRecipient;
import ai.chatflow.sdk.model.SendMessageRequest;
import ai.chatflow.sdk.model.TextContent;
import ai.chatflow.sdk.model.UpdateContactRequest;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientTest {
  private final FakeServer server = new FakeServer();
  private final List<LogHook.Attempt> attempts = new ArrayList<>();
  private final ChatFlowClient client =
      ChatFlowClient.builder()
          .environment(FakeServer.environment(server))
          .header("X-Shop", "lucky-shrub")
          .logHook(attempts::add)
          .build();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aMessageIsSent() throws Exception {
    server.answer(202, Contract.example("Message").toString());

    Message message =
        client
            .messages()
            .send(
                SendMessageRequest.builder()
                    .channelId("chn_1")
                    .to(MessageRecipient.builder().phone("+16505551234").build())
                    .content(TextContent.of("hello"))
                    .build());

    assertThat(message.id()).startsWith("msg_");
    FakeServer.Request request = server.onlyRequest();
    assertThat(request.method() + " " + request.uri()).isEqualTo("POST /v1/messages");
    assertThat(request.header("Authorization")).isEqualTo("Bearer cf_test_1");
    assertThat(request.header("Content-Type")).isEqualTo("application/json");
    assertThat(request.header("Accept")).isEqualTo("application/json");
    assertThat(request.header("User-Agent")).matches("chatflow-java/\\d+\\.\\S+ \\(java .*\\)");
    assertThat(request.header("X-Shop")).isEqualTo("lucky-shrub");
    assertThat(request.json())
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"channel_id": "chn_1", "to": {"phone": "+16505551234"},
                     "content": {"type": "text", "text": "hello"}}
                    """));
  }

  @Test
  void aPatchIsAMergePatchUnderAnETag() {
    server.answer(200, Contract.example("Contact").toString(), "ETag", "\"8\"");

    var response =
        client
            .contacts()
            .withRawResponse()
            .update(
                "con_1",
                UpdateContactRequest.builder().email(null).build(),
                RequestOptions.builder().ifMatch("\"7\"").workspace("wsp_2").build());

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.etag()).contains("\"8\"");
    assertThat(response.body().id()).startsWith("con_");
    FakeServer.Request request = server.onlyRequest();
    assertThat(request.header("Content-Type")).isEqualTo("application/merge-patch+json");
    assertThat(request.header("If-Match")).isEqualTo("\"7\"");
    assertThat(request.header("ChatFlow-Workspace")).isEqualTo("wsp_2");
    assertThat(request.body()).isEqualTo("{\"email\":null}");
  }

  @Test
  void aDeletionAnswersWithNothing() {
    server.answer(204, "");

    client.contacts().delete("con_1");

    assertThat(server.onlyRequest().method()).isEqualTo("DELETE");
  }

  @Test
  void filtersAreEncodedAndListsRepeated() {
    String empty = "{\"object\":\"list\",\"data\":[],\"has_more\":false,\"next_cursor\":null}";
    server.answer(200, empty).answer(200, empty);

    client.contacts().list(p -> p.phone("+16505551234").tag("a&b"));
    Page<Event> events =
        client.events().list(p -> p.type(List.of("message.received", "message.sent")));

    assertThat(events.data()).isEmpty();
    assertThat(server.requests())
        .extracting(FakeServer.Request::uri)
        .containsExactly(
            "/v1/contacts?phone=%2B16505551234&tag=a%26b",
            "/v1/events?type=message.received&type=message.sent");
  }

  @Test
  void anIdCannotLeadElsewhere() {
    server.answer(404, "");

    assertThatThrownBy(() -> client.contacts().get("../api-keys"))
        .isInstanceOf(RuntimeException.class);
    assertThat(server.onlyRequest().uri()).isEqualTo("/v1/contacts/..%2Fapi-keys");
    assertThatThrownBy(() -> client.contacts().get(""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> client.contacts().delete(".."))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theLogHookSeesNoSecretAndNoPhoneNumber() {
    server.answer(200, "{\"data\":[],\"has_more\":false}", "Request-Id", "r-9");

    client.contacts().list(p -> p.phone("+16505551234"));

    assertThat(attempts)
        .singleElement()
        .satisfies(
            attempt -> {
              assertThat(attempt.toString()).doesNotContain("cf_test_1").doesNotContain("1650555");
              assertThat(attempt.path()).isEqualTo("/v1/contacts");
              assertThat(attempt.headers())
                  .containsEntry("Authorization", "***")
                  .containsEntry("X-Shop", "***");
              assertThat(attempt.status()).contains(200);
              assertThat(attempt.requestId()).contains("r-9");
            });
  }

  @Test
  void whatIsMissingIsNamed() {
    ChatFlowClientBuilder builder = ChatFlowClient.builder().environment(Map.of());

    assertThatThrownBy(builder::build)
        .hasMessage("There is no API key: call apiKey(…) or set CHATFLOW_API_KEY.");
    assertThatThrownBy(builder.apiKey("cf_test_1")::build)
        .hasMessage("There is no base URL: call baseUrl(…) or set CHATFLOW_BASE_URL.");
    assertThatThrownBy(builder.baseUrl("chatflow.example.com")::build)
        .hasMessageContaining("must start with http");
  }
}

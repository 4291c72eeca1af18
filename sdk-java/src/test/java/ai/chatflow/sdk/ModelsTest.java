package ai.chatflow.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.sdk.core.Json;
import ai.chatflow.sdk.model.Contact;
import ai.chatflow.sdk.model.CreateContactRequest;
import ai.chatflow.sdk.model.Message;
import ai.chatflow.sdk.model.MessageContent;
import ai.chatflow.sdk.model.MessageStatus;
import ai.chatflow.sdk.model.SendMessageRequest;
import ai.chatflow.sdk.model.TextContent;
import ai.chatflow.sdk.model.UpdateContactRequest;
import ai.chatflow.sdk.model.WhatsAppCloudConfigInput;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelsTest {

  @Test
  void unknownValuesVariantsAndFieldsOfAMessageSurvive() throws Exception {
    ObjectNode json = Contract.example("Message").deepCopy();
    json.put("status", "teleported");
    json.set("content", Json.MAPPER.readTree("{\"type\": \"hologram\", \"size\": {\"z\": 1.50}}"));
    json.put("mood", "curious");

    Message message = Json.MAPPER.treeToValue(json, Message.class);

    assertThat(message.status()).isEqualTo(MessageStatus.of("teleported"));
    assertThat(message.status().known()).isEqualTo(MessageStatus.Known.UNRECOGNIZED);
    assertThat(message.content())
        .isInstanceOfSatisfying(
            MessageContent.Unknown.class,
            unknown -> {
              assertThat(unknown.type()).isEqualTo("hologram");
              assertThat(unknown.json().at("/size/z").decimalValue()).isEqualTo("1.50");
            });
    assertThat(message.additionalProperties().get("mood").asText()).isEqualTo("curious");
    assertThat(written(message)).isEqualTo(Json.MAPPER.readTree(json.toString()));
    assertThat(written(message.toBuilder().build())).isEqualTo(written(message));
  }

  @Test
  void anUnknownFieldInsideAVariantSurvives() throws Exception {
    String json = "{\"type\":\"text\",\"text\":\"hello\",\"tone\":\"warm\"}";

    MessageContent content = Json.MAPPER.readValue(json, MessageContent.class);

    assertThat(content).isInstanceOf(TextContent.class);
    assertThat(written(content)).isEqualTo(Json.MAPPER.readTree(json));
  }

  @Test
  void knownValuesAreConstantsAndHaveASwitch() throws Exception {
    MessageStatus status = Json.MAPPER.readValue("\"delivered\"", MessageStatus.class);

    assertThat(status).isSameAs(MessageStatus.DELIVERED);
    assertThat(status.known()).isEqualTo(MessageStatus.Known.DELIVERED);
  }

  @Test
  void aPatchTellsAbsentFromNull() throws Exception {
    UpdateContactRequest patch = UpdateContactRequest.builder().name("Ada").email(null).build();

    assertThat(written(patch)).isEqualTo(Json.MAPPER.readTree("{\"name\":\"Ada\",\"email\":null}"));
    assertThat(patch.isEmailNull()).isTrue();
    assertThat(patch.isPhoneNull()).isFalse();
    assertThat(patch).isNotEqualTo(UpdateContactRequest.builder().name("Ada").build());
    assertThat(Json.MAPPER.treeToValue(written(patch), UpdateContactRequest.class))
        .isEqualTo(patch);
  }

  @Test
  void aNullInAMapOfAPatchIsSent() throws Exception {
    Map<String, Object> attributes = new HashMap<>();
    attributes.put("plan", null);

    UpdateContactRequest patch = UpdateContactRequest.builder().attributes(attributes).build();

    assertThat(written(patch)).isEqualTo(Json.MAPPER.readTree("{\"attributes\":{\"plan\":null}}"));
  }

  @Test
  void anAbsentListIsNotAnEmptyOne() throws Exception {
    CreateContactRequest without = CreateContactRequest.builder().name("Ada").build();
    CreateContactRequest empty = without.toBuilder().tags(List.of()).build();

    assertThat(written(without)).isEqualTo(Json.MAPPER.readTree("{\"name\":\"Ada\"}"));
    assertThat(written(empty)).isEqualTo(Json.MAPPER.readTree("{\"name\":\"Ada\",\"tags\":[]}"));
    assertThat(without.tags()).isEmpty();
  }

  @Test
  void aModelDoesNotChangeWithWhatItWasBuiltFrom() {
    List<String> tags = new ArrayList<>(List.of("vip"));
    CreateContactRequest request = CreateContactRequest.builder().tags(tags).build();

    tags.add("late");

    assertThat(request.tags()).contains(List.of("vip"));
    assertThatThrownBy(() -> request.tags().orElseThrow().add("never"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void whatMustBeThereIsAskedFor() {
    SendMessageRequest.Builder builder =
        SendMessageRequest.builder().content(TextContent.of("hello"));

    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("`channel_id` must be set.");
  }

  @Test
  void timesAreInstantsWhateverTheirOffset() throws Exception {
    ObjectNode json = Contract.example("Contact").deepCopy();
    json.put("created_at", "2026-01-15T10:30:00.25+01:00");

    Contact contact = Json.MAPPER.treeToValue(json, Contact.class);

    assertThat(contact.createdAt()).isEqualTo(Instant.parse("2026-01-15T09:30:00.25Z"));
    assertThat(written(contact).path("created_at").asText()).isEqualTo("2026-01-15T09:30:00.250Z");
  }

  @Test
  void secretsAreNotPrinted() {
    WhatsAppCloudConfigInput config =
        WhatsAppCloudConfigInput.builder()
            .phoneNumberId("1")
            .wabaId("2")
            .appId("3")
            .accessToken("EAAG-very-secret")
            .build();

    assertThat(config.toString()).contains("access_token=***").doesNotContain("EAAG");
  }

  private static JsonNode written(Object model) throws Exception {
    return Json.MAPPER.readTree(Json.MAPPER.writeValueAsBytes(model));
  }
}

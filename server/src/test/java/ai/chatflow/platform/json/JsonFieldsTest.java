package ai.chatflow.platform.json;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.api.model.ButtonsContent;
import ai.chatflow.api.model.Contact;
import ai.chatflow.api.model.ContactIdentity;
import ai.chatflow.api.model.ContactIdentityKind;
import ai.chatflow.api.model.LocationContent;
import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.ProblemUpstream;
import ai.chatflow.api.model.ReplyButton;
import ai.chatflow.api.model.UnsupportedContent;
import ai.chatflow.api.model.UpdateContactRequest;
import ai.chatflow.platform.ids.ContactId;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What the generated records write, against what Jackson reads.
class JsonFieldsTest {
  private static final UUID ID = UUID.fromString("0188bac7-4afa-78aa-bc3b-bd1eef28d881");

  @Test
  void aRecordWritesItsFieldsInTheOrderOfTheContract() {
    var identity = new ContactIdentity(ContactIdentityKind.PHONE, "+4915112345678");
    var at = Instant.parse("2026-01-15T09:30:00Z");
    var contact =
        Contact.builder()
            .id(new ContactId(ID))
            .name("A \"B\" \u00e9")
            .identities(List.of(identity))
            .attributes(Map.of("vip", true))
            .metadata(Map.of())
            .createdAt(at)
            .updatedAt(at)
            .build();

    var text = Json.write(contact);

    assertThat(Json.read(text, Contact.class)).isEqualTo(contact);
    assertThat(text)
        .startsWith("{\"id\":\"con_01h2xcejqtf2nbrexx3vqjhp41\",\"object\":\"contact\",")
        .contains("\"identities\":[{\"kind\":\"phone\",\"value\":\"+4915112345678\"}]")
        .contains("\"attributes\":{\"vip\":true}")
        .contains("\"metadata\":{}")
        .contains("\"created_at\":\"2026-01-15T09:30:00Z\"");
  }

  @Test
  void whatMustBeThereIsNullAndWhatMayBeAbsentIsAbsent() {
    var text = Json.write(Contact.builder().id(new ContactId(ID)).build());

    assertThat(text).contains("\"name\":null").doesNotContain("tags");
  }

  @Test
  void aPatchTellsNullFromAbsent() {
    var patch = UpdateContactRequest.builder().name(null).build();

    assertThat(Json.write(patch)).isEqualTo("{\"name\":null}");
    assertThat(Json.read("{\"name\":null}", UpdateContactRequest.class)).isEqualTo(patch);
  }

  @Test
  void aVariantIsReadBackAsWhatItWas() {
    MessageContent buttons =
        ButtonsContent.builder().text("?").buttons(List.of(new ReplyButton("y", "Yes"))).build();
    MessageContent place = LocationContent.builder().latitude(1.5).longitude(-0.25).build();

    for (var content : List.of(buttons, place)) {
      assertThat(Json.read(Json.write(content), MessageContent.class)).isEqualTo(content);
    }
    assertThat(Json.write(Map.of("content", buttons)))
        .isEqualTo(
            "{\"content\":{\"type\":\"buttons\",\"text\":\"?\","
                + "\"buttons\":[{\"id\":\"y\",\"title\":\"Yes\"}]}}");
  }

  @Test
  void aFieldMayHaveAnyName() {
    var upstream = ProblemUpstream.builder().provider("telegram").code("401").build();

    assertThat(Json.write(upstream)).isEqualTo("{\"provider\":\"telegram\",\"code\":\"401\"}");
  }

  @Test
  void whatNobodyKnowsIsKeptWithItsNulls() {
    var whole = new LinkedHashMap<String, Object>();
    whole.put("a", null);
    whole.put("list", Arrays.asList(1, null, Map.of("b", 2L)));
    var content = new UnsupportedContent(null, "dice", null, whole);

    assertThat(Json.MAPPER.valueToTree(content).toString())
        .isEqualTo(
            "{\"type\":\"unsupported\",\"provider_type\":\"dice\","
                + "\"payload\":{\"a\":null,\"list\":[1,null,{\"b\":2}]}}");
  }
}

package ai.chatflow.channels.whatsappcloud;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.api.model.MessageTemplateButtonType;
import ai.chatflow.api.model.MessageTemplateButtons;
import ai.chatflow.api.model.MessageTemplateCategory;
import ai.chatflow.api.model.MessageTemplateHeader;
import ai.chatflow.api.model.MessageTemplateHeaderFormat;
import ai.chatflow.api.model.MessageTemplateOther;
import ai.chatflow.api.model.MessageTemplateQuality;
import ai.chatflow.api.model.MessageTemplateStatus;
import ai.chatflow.channels.InboundUpdate.NoticeIn;
import ai.chatflow.channels.TemplateCatalogue.Change;
import ai.chatflow.channels.TemplateCatalogue.News;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.testing.Conformance;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WhatsAppTemplateCatalogueTest {
  private static final Instant AT = Instant.parse("2026-01-15T09:30:00Z");

  /// These carry what is given to Meta in its own words: a flow as text, an app by members of the
  /// button that its documents no longer have.
  private static final Set<String> OLDER = Set.of("flow_json", "package_name", "signature_hash");

  /// What Meta's own collection submits is written as it stands there.
  @TestFactory
  Stream<DynamicTest> whatMetaSubmitsIsWrittenTheSame() throws IOException {
    var folder = Conformance.require("payloads/whatsapp-cloud/manage");
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("(create-.*|edit-template).json"))
          .toList()
          .stream()
          .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> same(file)));
    }
  }

  private static void same(Path file) throws IOException {
    ObjectNode submitted = (ObjectNode) Json.MAPPER.readTree(file.toFile());
    submitted.put("id", "1").put("status", "PENDING");

    var known = TemplateStates.known(submitted).orElseThrow();

    JsonNode expected = normal(submitted.get("components"));
    JsonNode written = normal(TemplateWriter.components(known.definition()));
    assertThat(written).isEqualTo(expected);
  }

  /// Types are written in either case; what the older examples add is left out.
  private static JsonNode normal(JsonNode node) {
    if (node instanceof ObjectNode object) {
      ObjectNode copy = Json.MAPPER.createObjectNode();
      object.properties().stream()
          .filter(member -> !OLDER.contains(member.getKey()))
          .forEach(
              member ->
                  copy.set(
                      member.getKey(),
                      member.getKey().equals("type")
                          ? copy.textNode(member.getValue().asText().toUpperCase(Locale.ROOT))
                          : normal(member.getValue())));
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = Json.MAPPER.createArrayNode();
      array.forEach(item -> copy.add(normal(item)));
      return copy;
    }
    return node;
  }

  @TestFactory
  Stream<DynamicTest> whatMetaTellsOfTemplatesIsRead() {
    var folder = Conformance.require("payloads/whatsapp-cloud/webhook");
    return Stream.of(
        DynamicTest.dynamicTest(
            "approved",
            () ->
                assertThat(news(folder.resolve("template-status-approved.json")))
                    .contains(
                        new News(
                            "1689556908129832",
                            "order_confirmation",
                            "en_US",
                            Instant.ofEpochSecond(1_751_247_548),
                            new Change.Status(
                                MessageTemplateStatus.APPROVED, "APPROVED", null, null)))),
        DynamicTest.dynamicTest(
            "rejected",
            () -> {
              var news = news(folder.resolve("template-status-rejected-invalid-format.json"));
              var change = (Change.Status) news.orElseThrow().change();
              assertThat(change.status()).isEqualTo(MessageTemplateStatus.REJECTED);
              assertThat(change.reason()).isEqualTo("invalid_format");
              assertThat(change.detail()).contains("placed next to each other");
            }),
        DynamicTest.dynamicTest(
            "quality",
            () ->
                assertThat(
                        news(folder.resolve("template-quality-green-to-yellow.json"))
                            .map(News::change))
                    .contains(new Change.Quality(MessageTemplateQuality.YELLOW))));
  }

  private static Optional<News> news(Path file) throws IOException {
    var parsed = WhatsAppWebhook.parse(Files.readAllBytes(file), AT);
    var notice = (NoticeIn) parsed.batches().getFirst().updates().getFirst();
    return TemplateStates.news(notice);
  }

  @ParameterizedTest
  @CsvSource({
    "PENDING, PENDING",
    "IN_APPEAL, IN_APPEAL",
    "APPROVED, APPROVED",
    "REINSTATED, APPROVED",
    "UNARCHIVED, APPROVED",
    "FLAGGED, FLAGGED",
    "PAUSED, PAUSED",
    "REJECTED, REJECTED",
    "DISABLED, DISABLED",
    "LIMIT_EXCEEDED, LIMIT_EXCEEDED",
    "LOCKED, LOCKED",
    "ARCHIVED, ARCHIVED",
    "PENDING_DELETION, PENDING_DELETION",
    "DELETED, DELETED",
    "SOMETHING_NEW, UNKNOWN",
  })
  void everyWordOfMetasHasItsStatus(String word, MessageTemplateStatus status) {
    assertThat(TemplateStates.status(word)).isEqualTo(status);
  }

  @Test
  void aPauseSaysWhichOneItIs() {
    var change =
        read(
            "message_template_status_update",
            """
            {"event":"PAUSED","reason":"NONE","other_info":{"title":"FIRST_PAUSE",
            "description":"Because of low quality."}}
            """);

    assertThat(change)
        .contains(
            new Change.Status(
                MessageTemplateStatus.PAUSED, "PAUSED", "first_pause", "Because of low quality."));
  }

  @Test
  void aCategoryThatIsYetToComeIsNoChange() {
    var came =
        read(
            "template_category_update",
            "{\"previous_category\":\"UTILITY\",\"new_category\":\"MARKETING\"}");
    var coming = read("template_category_update", "{\"correct_category\":\"MARKETING\"}");

    assertThat(came).contains(new Change.Category(MessageTemplateCategory.MARKETING, "utility"));
    assertThat(coming).isEmpty();
  }

  @Test
  void contentIsReadAgainAndOtherNoticesAreNone() {
    assertThat(read("message_template_components_update", "{}")).contains(new Change.Content());
    assertThat(read("account_update", "{\"event\":\"APPROVED\"}")).isEmpty();
    assertThat(read("message_template_status_update", "{}")).isEmpty();
  }

  private static Optional<Change> read(String field, String value) {
    try {
      ObjectNode payload = (ObjectNode) Json.MAPPER.readTree(value);
      payload.put("message_template_id", 7).put("message_template_name", "a_name");
      payload.put("message_template_language", "en-US");
      return TemplateStates.news(new NoticeIn(field, null, payload, AT)).map(News::change);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatIsNotKnownIsKept() throws IOException {
    var known =
        TemplateStates.known(
                Json.MAPPER.readTree(
                    """
                    {"id":"7","name":"odd","language":"en","status":"NEW_THING","category":"OLD",
                     "quality_score":{"score":"BLUE"},"components":[
                      {"type":"HEADER","format":"HOLOGRAM"},
                      {"type":"CALL_PERMISSION_REQUEST","x":1},
                      {"type":"BUTTONS","buttons":[{"type":"TELEPORT","text":"Go"}]}]}
                    """))
            .orElseThrow();

    assertThat(known.status()).isEqualTo(MessageTemplateStatus.UNKNOWN);
    assertThat(known.providerStatus()).isEqualTo("NEW_THING");
    assertThat(known.quality()).isEqualTo(MessageTemplateQuality.UNKNOWN);
    assertThat(known.definition().category()).isEqualTo(MessageTemplateCategory.OTHER);
    var components = known.definition().components();
    assertThat(((MessageTemplateHeader) components.getFirst()).format())
        .isEqualTo(MessageTemplateHeaderFormat.OTHER);
    var other = (MessageTemplateOther) components.get(1);
    assertThat(other.providerType()).isEqualTo("call_permission_request");
    assertThat(other.payload()).containsEntry("x", 1);
    var button = ((MessageTemplateButtons) components.get(2)).buttons().getFirst();
    assertThat(button.type()).isEqualTo(MessageTemplateButtonType.OTHER);
    assertThat(button.providerType()).isEqualTo("TELEPORT");
  }

  @Test
  void whatCannotBeNamedIsLeftOut() throws IOException {
    for (String odd :
        List.of("{}", "{\"id\":\"1\",\"name\":\"n\"}", "{\"id\":[],\"name\":{},\"language\":1}")) {
      assertThat(TemplateStates.known(Json.MAPPER.readTree(odd))).as(odd).isEmpty();
    }
  }
}

package ai.chatflow.content;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.api.model.MessageAdaptation;
import ai.chatflow.content.Fallback.Result;
import ai.chatflow.platform.json.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class FallbackTest {
  /// Each case: a content, and either what is sent of it and what is told of that, or the `pointer
  /// code limit` of each error.
  @TestFactory
  Stream<DynamicTest> contentIsSentInTheNearestForm() throws IOException {
    return cases().stream()
        .map(one -> DynamicTest.dynamicTest(one.path("name").asText(), () -> check(one)));
  }

  @Test
  void everyKindThatCanBeSentHasACaseOnAChannelThatLacksIt() throws IOException {
    var seen = EnumSet.noneOf(ContentType.class);
    for (JsonNode one : cases()) {
      if (one.path("can").asText().equals("sms")) {
        seen.add(ContentType.of(ContentCases.content(one.path("content"))));
      }
    }

    assertThat(seen).containsAll(Capabilities.whatsApp().sendable());
  }

  @Test
  void whatTheCapabilitiesPromiseIsWhatIsSent() throws IOException {
    for (JsonNode one : cases()) {
      if (one.path("adapted").path("reason").asText().equals("not_supported")) {
        var from = ContentType.of(ContentCases.content(one.path("content")));
        var to = ContentType.of(ContentCases.content(one.path("sent")));

        assertThat(Fallback.forms(capabilities(one), from)).contains(to);
      }
    }
  }

  private static void check(JsonNode one) throws IOException {
    var can = capabilities(one);
    var content = ContentCases.content(one.path("content"));

    switch (Fallback.adapt(can, content)) {
      case Result.Carried(var sent, var adaptations) -> {
        assertThat(one.path("errors")).isEmpty();
        assertThat(sent).isEqualTo(ContentCases.content(one.path("sent")));
        assertThat(adaptations).isEqualTo(adaptations(one));
        assertThat(ContentRules.check(can, sent)).isEmpty();
        assertThat(Fallback.inForm(content, adaptations)).isEqualTo(sent);
      }
      case Result.Refused(var errors) -> ContentCases.assertErrors(one, errors);
    }
  }

  private static List<MessageAdaptation> adaptations(JsonNode one) throws IOException {
    return one.has("adapted")
        ? List.of(Json.MAPPER.treeToValue(one.path("adapted"), MessageAdaptation.class))
        : List.of();
  }

  private static Capabilities capabilities(JsonNode one) {
    return switch (one.path("can").asText()) {
      case "whatsapp" -> Capabilities.whatsApp();
      case "no buttons" -> without(ContentType.BUTTONS);
      case "no stickers" -> without(ContentType.STICKER);
      default -> Capabilities.sms();
    };
  }

  private static Capabilities without(ContentType type) {
    Capabilities all = Capabilities.whatsApp();
    Set<ContentType> rest = EnumSet.copyOf(all.sendable());
    rest.remove(type);
    return new Capabilities(
        rest,
        all.text(),
        all.caption(),
        all.heading(),
        all.buttons(),
        all.list(),
        all.cta(),
        all.idBytes(),
        all.contactCards(),
        null);
  }

  private static List<JsonNode> cases() throws IOException {
    return ContentCases.read("fallback.json");
  }
}

package ai.chatflow.content;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.platform.errors.FieldError;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ContentRulesTest {
  /// Each case: a content, and the `pointer code` of everything that is wrong with it.
  @TestFactory
  Stream<DynamicTest> contentIsCheckedAgainstWhatsAppsLimits() throws IOException {
    return ContentCases.read("rules.json").stream()
        .map(one -> DynamicTest.dynamicTest(one.path("name").asText(), () -> check(one)));
  }

  @Test
  void everyKindOfContentHasACase() throws IOException {
    var seen = EnumSet.noneOf(ContentType.class);
    for (JsonNode one : ContentCases.read("rules.json")) {
      seen.add(ContentType.of(ContentCases.content(one.path("content"))));
    }

    assertThat(seen).isEqualTo(EnumSet.allOf(ContentType.class));
  }

  private static void check(JsonNode one) throws IOException {
    List<FieldError> found =
        ContentRules.check(Capabilities.whatsApp(), ContentCases.content(one.path("content")));

    if (one.path("errors").isEmpty()) {
      assertThat(found).isEmpty();
    } else {
      ContentCases.assertErrors(one, found);
    }
  }
}

package ai.chatflow.content;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.api.model.MessageContent;
import ai.chatflow.platform.errors.FieldError;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ContentRulesTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /// Each case: a content, and the `pointer code` of everything that is wrong with it. `@n` in a
  /// text stands for n letters.
  @TestFactory
  Stream<DynamicTest> contentIsCheckedAgainstWhatsAppsLimits() throws IOException {
    return cases().stream()
        .map(one -> DynamicTest.dynamicTest(one.path("name").asText(), () -> check(one)));
  }

  @Test
  void everyKindOfContentHasACase() throws IOException {
    var seen = EnumSet.noneOf(ContentType.class);
    for (JsonNode one : cases()) {
      seen.add(ContentType.of(content(one)));
    }

    assertThat(seen).isEqualTo(EnumSet.allOf(ContentType.class));
  }

  private static void check(JsonNode one) throws IOException {
    var expected = new ArrayList<String>();
    one.path("errors").forEach(error -> expected.add(error.asText()));

    List<FieldError> found = ContentRules.check(Capabilities.whatsApp(), content(one));

    assertThat(found)
        .extracting(error -> error.pointer() + " " + error.code())
        .containsExactlyElementsOf(expected);
  }

  private static MessageContent content(JsonNode one) throws IOException {
    String json = one.path("content").toString();
    var filled = new StringBuilder();
    var matcher = Pattern.compile("@(\\d+)").matcher(json);
    while (matcher.find()) {
      matcher.appendReplacement(filled, "é".repeat(Integer.parseInt(matcher.group(1))));
    }
    matcher.appendTail(filled);
    return MAPPER.readValue(filled.toString(), MessageContent.class);
  }

  private static List<JsonNode> cases() throws IOException {
    try (InputStream in =
        ContentRulesTest.class.getResourceAsStream("/testdata/content/rules.json")) {
      var cases = new ArrayList<JsonNode>();
      MAPPER.readTree(in).forEach(cases::add);
      return cases;
    }
  }
}

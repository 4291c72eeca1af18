package ai.chatflow.content;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.api.model.MessageContent;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.json.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Cases in `testdata/content`. `@n` in a text stands for n letters.
final class ContentCases {
  private ContentCases() {}

  static List<JsonNode> read(String file) throws IOException {
    try (InputStream in = ContentCases.class.getResourceAsStream("/testdata/content/" + file)) {
      var cases = new ArrayList<JsonNode>();
      Json.MAPPER.readTree(in).forEach(cases::add);
      return cases;
    }
  }

  static MessageContent content(JsonNode json) throws IOException {
    var filled = new StringBuilder();
    var matcher = Pattern.compile("@(\\d+)").matcher(json.toString());
    while (matcher.find()) {
      matcher.appendReplacement(filled, "é".repeat(Integer.parseInt(matcher.group(1))));
    }
    matcher.appendTail(filled);
    return Json.MAPPER.readValue(filled.toString(), MessageContent.class);
  }

  /// What is wrong, as `pointer code` or `pointer code n`: a limit is named by its number.
  static void assertErrors(JsonNode one, List<FieldError> found) {
    var expected = new ArrayList<String>();
    one.path("errors").forEach(error -> expected.add(error.asText()));
    assertThat(found).extracting(error -> said(error, expected)).isEqualTo(expected);
    assertThat(expected).isNotEmpty();
  }

  private static String said(FieldError error, List<String> expected) {
    String plain = error.pointer() + " " + error.code();
    return expected.stream()
        .filter(one -> one.startsWith(plain + " ") && names(error, one.substring(plain.length())))
        .findFirst()
        .orElse(plain);
  }

  private static boolean names(FieldError error, String limit) {
    return Pattern.compile("\\b" + limit.strip() + "\\b").matcher(error.detail()).find();
  }
}

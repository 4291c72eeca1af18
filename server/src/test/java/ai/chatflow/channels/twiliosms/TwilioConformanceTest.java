package ai.chatflow.channels.twiliosms;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.channels.wire.Form;
import ai.chatflow.channels.wire.Form.Field;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.testing.Conformance;
import ai.chatflow.testing.twilio.TwilioSimulator;
import ai.chatflow.testing.twilio.TwilioSpec;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The provider's own payloads and contract against what we read, write and play.
class TwilioConformanceTest {
  private static final String ACCOUNT = TwilioSmsAdapterTest.ACCOUNT;
  private static final String MESSAGES = "/2010-04-01/Accounts/" + ACCOUNT + "/Messages.json";
  private static final String MESSAGE = "api.v2010.account.message";

  /// What Twilio's own examples hold that its contract does not take, by file.
  private static final Map<String, List<String>> EXCEPTIONS =
      Map.of("oai-message-create.json", List.of("Tags is unknown"));

  /// A form that Twilio shows is one that we can write, and one that its contract takes.
  @TestFactory
  Stream<DynamicTest> everyFormOfTheProviderFitsItsContract() throws IOException {
    TwilioSpec spec = TwilioSpec.require();
    return payloads("send")
        .map(
            file ->
                DynamicTest.dynamicTest(
                    name(file),
                    () -> {
                      var form = form(read(file).path("form"));
                      assertThat(Form.parse(form.encoded())).isEqualTo(form);
                      assertThat(spec.violations("POST", MESSAGES, values(form)))
                          .isEqualTo(EXCEPTIONS.getOrDefault(name(file), List.of()));
                    }));
  }

  /// What Twilio answers has the id by which we know the message from then on.
  @TestFactory
  Stream<DynamicTest> everyAnswerOfTheProviderNamesItsMessage() throws IOException {
    TwilioSpec spec = TwilioSpec.require();
    return payloads("response")
        .map(
            file ->
                DynamicTest.dynamicTest(
                    name(file),
                    () -> {
                      JsonNode answer = read(file);
                      assertThat(Json.text(answer, "sid")).matches("(SM|MM)[0-9a-f]{32}");
                      assertThat(spec.resourceViolations(MESSAGE, answer)).isEmpty();
                    }));
  }

  @Test
  void theContractRefusesWhatItDoesNotKnow() {
    TwilioSpec spec = TwilioSpec.require();
    var form = Form.parse("To=%2B16505551234&From=%2B15550783881&Body=Hi");

    assertThat(spec.violations("POST", MESSAGES, values(form))).isEmpty();
    for (String wrong :
        List.of(
            "From=%2B1&Body=Hi",
            form.encoded() + "&Surprise=1",
            form.encoded() + "&MessagingServiceSid=XX1",
            form.encoded() + "&ValidityPeriod=soon",
            form.encoded() + "&ScheduleType=never")) {
      assertThat(spec.violations("POST", MESSAGES, values(Form.parse(wrong)))).as(wrong).hasSize(1);
    }
    assertThat(spec.violations("DELETE", MESSAGES, List.of())).isNotEmpty();
    assertThat(spec.violations("POST", "/2010-04-01/Telepathy.json", List.of())).isNotEmpty();
  }

  @Test
  void whatTheSimulatorAnswersFitsTheContract() throws IOException {
    TwilioSpec spec = TwilioSpec.require();
    try (var twilio = new TwilioSimulator(0)) {
      var account = twilio.plays(ACCOUNT, TwilioSmsAdapterTest.TOKEN).owns("+15550783881");

      assertThat(
              spec.resourceViolations(
                  "api.v2010.account.incoming_phone_number", account.number("+15550783881")))
          .isEmpty();
      assertThat(spec.resourceViolations("api.v2010.account", account.resource())).isEmpty();
      var sent =
          TwilioSimulator.message(
              ACCOUNT, twilio.newSid(), Map.of("To", "+16505551234", "Body", "Hi"));
      assertThat(spec.resourceViolations(MESSAGE, sent)).isEmpty();
    }
  }

  /// Those of calls are another product's.
  private static Stream<Path> payloads(String kind) throws IOException {
    Path folder = Conformance.require("payloads/twilio/" + kind);
    try (var files = Files.list(folder)) {
      var found = files.filter(file -> name(file).contains("-message-")).sorted().toList();
      assertThat(found).isNotEmpty();
      return found.stream();
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private static JsonNode read(Path file) throws IOException {
    return Json.MAPPER.readTree(file.toFile());
  }

  private static Form form(JsonNode members) {
    var fields = new ArrayList<Field>();
    for (var member : members.properties()) {
      if (member.getValue().isArray()) {
        member.getValue().forEach(one -> fields.add(new Field(member.getKey(), one.asText())));
      } else {
        fields.add(new Field(member.getKey(), member.getValue().asText()));
      }
    }
    return new Form(fields);
  }

  private static List<Map.Entry<String, String>> values(Form form) {
    return form.fields().stream().map(field -> Map.entry(field.name(), field.value())).toList();
  }
}

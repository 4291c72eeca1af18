package ai.chatflow.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.sdk.core.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ContractExamplesTest {
  static Stream<Contract.Example> examples() {
    return Contract.examples().stream();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void anExampleOfTheContractIsReadAndWrittenWithoutLoss(Contract.Example example)
      throws Exception {
    Class<?> type = Class.forName("ai.chatflow.sdk.model." + example.schema());

    Object model = Json.MAPPER.treeToValue(example.json(), type);
    JsonNode written = Json.MAPPER.readTree(Json.MAPPER.writeValueAsBytes(model));

    assertThat(written).isEqualTo(Json.MAPPER.readTree(example.json().toString()));
    assertThat(Json.MAPPER.treeToValue(written, type)).isEqualTo(model).hasSameHashCodeAs(model);
  }

  @Test
  void everythingThatIsSentOrAnsweredHasAnExample() {
    assertThat(Contract.operations())
        .allSatisfy(
            operation -> {
              List<JsonNode> contents = new ArrayList<>();
              operation.at("/requestBody/content").forEach(contents::add);
              operation.path("responses").properties().stream()
                  .filter(answer -> answer.getKey().startsWith("2"))
                  .forEach(answer -> answer.getValue().path("content").forEach(contents::add));
              assertThat(contents)
                  .allSatisfy(
                      content ->
                          assertThat(content.has("example") || content.has("examples")).isTrue());
            });
    assertThat(Contract.examples()).hasSizeGreaterThan(60);
  }

  @Test
  void everyTagHasItsAccessor() {
    assertThat(Contract.operations())
        .allSatisfy(
            operation -> {
              String tag = operation.path("tags").path(0).asText();
              String accessor = tag.substring(0, 1).toLowerCase(Locale.ROOT) + tag.substring(1);
              assertThat(ChatFlowClient.class.getMethod(accessor).getReturnType().getSimpleName())
                  .isEqualTo(tag + "Api");
              assertThat(
                      ChatFlowAsyncClient.class.getMethod(accessor).getReturnType().getSimpleName())
                  .isEqualTo(tag + "AsyncApi");
            });
  }
}

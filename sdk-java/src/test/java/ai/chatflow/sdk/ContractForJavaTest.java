package ai.chatflow.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContractForJavaTest {
  @TempDir Path folder;

  @Test
  void whatIsWrittenByHandIsNotGenerated() throws Exception {
    JsonNode java =
        prepared(
            """
            {"openapi": "3.1.0", "components": {"schemas": {}}, "paths": {
              "/v1/events/stream": {
                "get": {"x-sdk-skip": true, "tags": ["Events"], "operationId": "streamEvents",
                  "summary": "Stream", "responses": {"200": {"content": {"text/event-stream": {
                    "schema": {"type": "string"}}}}}}},
              "/v1/contacts/{id}": {
                "delete": {"tags": ["Contacts"], "operationId": "deleteContact",
                  "summary": "Delete", "responses": {"204": {}}}}}}
            """);

    assertThat(java.at("/paths").path("/v1/events/stream")).isEmpty();
    assertThat(java.at("/paths").path("/v1/contacts/{id}").at("/delete/x-java-name").asText())
        .isEqualTo("delete");
  }

  @Test
  void whatAllVariantsHaveCanBeAskedOfTheirUnion() throws Exception {
    JsonNode java =
        prepared(
            """
            {"openapi": "3.1.0", "paths": {}, "components": {"schemas": {
              "Shape": {
                "oneOf": [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}],
                "discriminator": {"propertyName": "type", "mapping": {
                  "a": "#/components/schemas/A", "b": "#/components/schemas/B"}}},
              "A": {"type": "object", "required": ["type", "id", "n", "t", "only"], "properties": {
                "type": {"type": "string", "enum": ["a"]}, "id": {"type": "string"},
                "n": {"type": "integer", "format": "int64"}, "maybe": {"type": "string"},
                "t": {"type": "string"}, "only": {"type": "string"}}},
              "B": {"type": "object", "required": ["type", "id", "n", "t"], "properties": {
                "type": {"type": "string", "enum": ["b"]}, "id": {"type": "string"},
                "n": {"type": "integer", "format": "int64"}, "maybe": {"type": "string"},
                "t": {"type": "string", "format": "date-time"}}}}}}
            """);

    assertThat(java.at("/components/schemas/Shape/x-java-common"))
        .extracting(one -> one.path("type").asText() + " " + one.path("method").asText())
        .containsExactly("String id", "long n");
  }

  private JsonNode prepared(String contract) throws Exception {
    Path source = Files.writeString(folder.resolve("contract.json"), contract);
    Path target = folder.resolve("java.json");
    Process process =
        new ProcessBuilder(
                "node", "scripts/contract-for-java.mjs", source.toString(), target.toString())
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isZero();
    return new ObjectMapper().readTree(target.toFile());
  }
}

package ai.chatflow.app;

import ai.chatflow.app.embedded.DataFolder;
import ai.chatflow.app.embedded.PrivateFiles;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// How to reach the demo workspace, as kept in `credentials.json` of the data folder (mode 600).
///
/// @param baseUrl the address of the API on this machine
/// @param workspaceId the live workspace
/// @param testWorkspaceId its test workspace
public record Credentials(
    @JsonProperty("base_url") String baseUrl,
    @JsonProperty("workspace_id") String workspaceId,
    @JsonProperty("live_key") String liveKey,
    @JsonProperty("test_workspace_id") String testWorkspaceId,
    @JsonProperty("test_key") String testKey) {

  private static final String FILE = "credentials.json";

  /// What an earlier start wrote; empty when there is nothing or nothing that can be read, and then
  /// new keys have to be made, since the old ones are shown once.
  public static Optional<Credentials> read(Path folder) {
    var file = folder.resolve(FILE);
    try {
      return Files.exists(file)
          ? Optional.of(new ObjectMapper().readValue(file.toFile(), Credentials.class))
          : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /// Replaces the file at once: a kill leaves the old one or the new one.
  public void write(DataFolder folder) {
    try {
      PrivateFiles.write(folder.path().resolve(FILE), toJson() + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Forgets the keys of a database that is about to be made anew.
  static void delete(Path folder) throws IOException {
    Files.deleteIfExists(folder.resolve(FILE));
  }

  String toJson() {
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The same keys under another address.
  public Credentials at(String address) {
    return new Credentials(address, workspaceId, liveKey, testWorkspaceId, testKey);
  }

  @Override
  public String toString() {
    return "Credentials[baseUrl=" + baseUrl + ", workspaceId=" + workspaceId + ", keys=***]";
  }
}

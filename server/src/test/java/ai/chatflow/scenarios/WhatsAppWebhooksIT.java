package ai.chatflow.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.model.Channel;
import ai.chatflow.sdk.model.ChannelUpdatedEvent;
import ai.chatflow.sdk.model.CreateChannelRequest;
import ai.chatflow.sdk.model.MessageStatus;
import ai.chatflow.sdk.model.TemplateContent;
import ai.chatflow.sdk.model.UpdateChannelRequest;
import ai.chatflow.sdk.model.WhatsAppCloudConfigInput;
import ai.chatflow.testing.Conformance;
import ai.chatflow.testing.Inhabited;
import ai.chatflow.testing.Shown;
import ai.chatflow.testing.TestServer;
import ai.chatflow.testing.TestWorkspace;
import ai.chatflow.testing.whatsapp.GraphSimulator;
import ai.chatflow.testing.whatsapp.WebhookKind;
import ai.chatflow.testing.whatsapp.WebhookStory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What the API shows after each kind of webhook, against expectations that were read by people:
/// once as the webhook makes sense, after the messages that it speaks of, and once more out of
/// nowhere. Each has a workspace of its own. `-Dchatflow.record=true` writes the expectations anew;
/// read the difference before you keep it.
class WhatsAppWebhooksIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static final Path CASES = Path.of("src/test/resources/testdata/whatsapp");
  private static final int PROVIDER_PAYLOADS = 44;
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(com.fasterxml.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  @TestFactory
  Stream<DynamicTest> ownWebhooksShowWhatIsExpected() throws IOException {
    return tests(CASES.resolve("own"), ".webhook.json", CASES.resolve("shown/own"));
  }

  @TestFactory
  Stream<DynamicTest> webhooksOfTheProviderShowWhatIsExpected() throws IOException {
    Path payloads = Conformance.require("payloads/whatsapp-cloud/webhook");
    assertThat(files(payloads, ".json")).hasSize(PROVIDER_PAYLOADS);
    return tests(payloads, ".json", CASES.resolve("shown/meta"));
  }

  @TestFactory
  Stream<DynamicTest> everyKindOfTheProviderHasAWebhookOfOurOwn() throws IOException {
    var own = new ArrayList<Set<String>>();
    for (Path file : files(CASES.resolve("own"), ".webhook.json")) {
      own.add(WebhookKind.of(JSON.readTree(file.toFile())));
    }
    return files(Conformance.require("payloads/whatsapp-cloud/webhook"), ".json").stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file.getFileName().toString(),
                    () -> {
                      var kind = WebhookKind.of(JSON.readTree(file.toFile()));
                      assertThat(own).anyMatch(one -> one.containsAll(kind));
                    }));
  }

  private static Stream<DynamicTest> tests(Path folder, String ending, Path expectations)
      throws IOException {
    var tests = new ArrayList<DynamicTest>();
    for (Path file : files(folder, ending)) {
      JsonNode webhook = JSON.readTree(file.toFile());
      String name = file.getFileName().toString().replace(ending, "");
      var story = WebhookStory.before(webhook);
      tests.add(test(name, webhook, story, true, expectations));
      if (!story.isEmpty()) {
        tests.add(test(name + ".out-of-nowhere", webhook, story, false, expectations));
      }
    }
    return tests.stream();
  }

  private static DynamicTest test(
      String name, JsonNode webhook, WebhookStory story, boolean told, Path expectations) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          var shown = new Case(expectations.getFileName() + " " + name, webhook, story).run(told);
          compare(shown, expectations.resolve(name + ".json"));
          WORKSPACE.assertNothingBroken();
        });
  }

  private static void compare(JsonNode shown, Path expectation) throws IOException {
    String text = JSON.writeValueAsString(shown);
    if (Boolean.getBoolean("chatflow.record")) {
      Files.createDirectories(expectation.getParent());
      Files.writeString(expectation, text + "\n");
    }
    assertThat(expectation).exists();
    assertThat(text + "\n").isEqualTo(Files.readString(expectation));
  }

  private static List<Path> files(Path folder, String ending) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  /// A workspace with a channel for each number of the webhook.
  private static final class Case {
    private final JsonNode webhook;
    private final WebhookStory story;
    private final GraphSimulator graph = WORKSPACE.server().graph();
    private final Instant began = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final String key;
    private final ChatFlowClient client;
    private final List<Channel> channels = new ArrayList<>();
    private int settled;
    private long position;

    Case(String name, JsonNode webhook, WebhookStory story) {
      this.key = WORKSPACE.another(name).liveKey();
      this.client = WORKSPACE.client(key).build();
      this.webhook = webhook;
      this.story = story;
      var numbers = new LinkedHashMap<>(story.numbers());
      if (numbers.isEmpty()) {
        numbers.put(TestServer.ACCOUNT.phoneNumberId(), "15550100200");
      }
      var account = story.accounts().stream().findFirst().orElse(TestServer.ACCOUNT.wabaId());
      numbers.forEach((number, display) -> channels.add(connect(number, display, account)));
    }

    private Channel connect(String number, String display, String account) {
      graph.alsoPlays(number);
      var config =
          WhatsAppCloudConfigInput.builder()
              .phoneNumberId(number)
              .displayPhoneNumber(display)
              .wabaId(account)
              .appId("634974688087057")
              .accessToken(TestServer.ACCOUNT.token())
              .appSecret(TestServer.ACCOUNT.appSecret())
              .verifyToken("a-long-random-word");
      return client
          .channels()
          .create(CreateChannelRequest.builder().name("New").config(config.build()).build());
    }

    JsonNode run(boolean told) throws Exception {
      if (told && !story.isEmpty()) {
        tell();
        settle();
      }
      long before = position;
      post(webhook);
      settle();
      return new Shown(WORKSPACE.raw(), key, began, webhook).read(before, position);
    }

    private void tell() throws Exception {
      for (JsonNode earlier : story.webhooks()) {
        post(earlier);
      }
      var template = TemplateContent.builder().name("earlier").language("en_US").build();
      for (var sent : story.sent().entrySet()) {
        graph.nextIds(sent.getKey());
        var request = Inhabited.text(channels.getFirst().id(), sent.getValue(), "");
        var message = client.messages().send(request.content(template).build());
        Inhabited.awaitStatus(client, message.id(), MessageStatus.SENT);
      }
    }

    private void post(JsonNode body) throws Exception {
      var hook = URI.create(channels.getFirst().webhookUrl().orElseThrow().toString());
      assertThat(graph.webhooks().post(hook, body)).isEqualTo(200);
    }

    /// Waits for the event of a change that we make now: what came before is published then.
    private void settle() {
      var name = "Settled " + ++settled;
      client
          .channels()
          .update(channels.getFirst().id(), UpdateChannelRequest.builder().name(name).build());
      position =
          await("the event of " + name)
              .atMost(Duration.ofSeconds(20))
              .pollInterval(Duration.ofMillis(20))
              .until(() -> published(name), found -> found > 0);
    }

    private long published(String name) {
      var cursor = String.valueOf(position);
      return client.events().list(p -> p.cursor(cursor).limit(100)).data().stream()
          .filter(ChannelUpdatedEvent.class::isInstance)
          .map(ChannelUpdatedEvent.class::cast)
          .filter(event -> event.data().channel().name().equals(name))
          .mapToLong(ChannelUpdatedEvent::position)
          .findFirst()
          .orElse(0);
    }
  }
}

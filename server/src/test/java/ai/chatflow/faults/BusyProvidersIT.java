package ai.chatflow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.model.CreateChannelRequest;
import ai.chatflow.sdk.model.SendMessageBatchRequest;
import ai.chatflow.sdk.model.SendMessageRequest;
import ai.chatflow.sdk.model.TemplateContent;
import ai.chatflow.sdk.model.WhatsAppCloudConfigInput;
import ai.chatflow.testing.Inhabited;
import ai.chatflow.testing.TestServer;
import ai.chatflow.testing.whatsapp.Fault;
import ai.chatflow.testing.whatsapp.GraphLog;
import ai.chatflow.testing.whatsapp.GraphSimulator;
import ai.chatflow.testing.whatsapp.RateLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Providers that take less than they are sent, and such that take their time. The simulated
/// provider's own log counts.
class BusyProvidersIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int BATCH = 650;

  /// Numbers, more than the sixteen places of a node; half of them have a workspace in common.
  private static final int SLOW = 40;

  private final TestServer server = TestServer.another();
  private final GraphSimulator graph = server.graph();
  private int numbers;
  private int people;

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void whatAProviderThrottlesIsSentInTheEndAndFewCallsAreWasted() {
    int limit = Integer.getInteger("chatflow.faults.limit", 100);
    int size = limit * Integer.getInteger("chatflow.faults.seconds", 13);
    var client = client("Throttled");
    var channel = number(client, 200);
    graph.misbehaves(new RateLimit(limit));

    long begun = System.nanoTime();
    for (int i = 0; i < size; i += BATCH) {
      send(client, channel, Math.min(BATCH, size - i));
    }
    await("all are sent")
        .atMost(PATIENCE.plusSeconds(size / limit * 2L))
        .until(() -> graph.log().accepted().size() >= size);
    double seconds = (System.nanoTime() - begun) / 1e9;

    int wasted = graph.log().calls() - size;
    System.out.printf(
        "%d messages at most %d a second: %d calls wasted (%.1f %%), %.0f a second%n",
        size, limit, wasted, 100.0 * wasted / (size + wasted), size / seconds);
    assertThat(recipients()).hasSize(size).doesNotHaveDuplicates();
    assertThat(wasted).as("wasted").isPositive().isLessThan((size + wasted) / 20);
  }

  @Test
  void numbersWhoseProviderIsSlowHoldNobodyElseUp() {
    var client = client("Slow and quick");
    var other = client("Only quick");
    for (int i = 0; i < SLOW; i++) {
      var its = i % 2 == 0 ? client : client("Only slow " + i);
      var slow = number(its, 80);
      graph.misbehaves(phoneNumber(numbers), new Fault.Delay(Duration.ofSeconds(5)));
      send(its, slow, 60);
    }
    await("slow calls are under way").until(() -> graph.log().calls() >= SLOW);
    var quick = List.of(number(client, 80), number(other, 80));

    long begun = System.nanoTime();
    var to = new HashSet<>(send(client, quick.getFirst(), 200));
    to.addAll(send(other, quick.getLast(), 200));
    await("the quick ones are sent")
        .atMost(PATIENCE)
        .until(() -> recipients().stream().filter(to::contains).count() == 400);
    double seconds = (System.nanoTime() - begun) / 1e9;

    int slowOnes = graph.log().accepted().size() - 400;
    System.out.printf("400 quick ones in %.1f s beside %d slow ones%n", seconds, slowOnes);
    assertThat(slowOnes).as("slow ones meanwhile").isLessThan(SLOW * 30);
    assertThat(graph.log().sentTwice()).isEmpty();
    assertThat(graph.log().takeOffences()).isEmpty();
  }

  private ChatFlowClient client(String name) {
    var key = server.newWorkspace(name).liveKey();
    return ChatFlowClient.builder().baseUrl(server.url().toString()).apiKey(key).build();
  }

  private static String phoneNumber(int which) {
    return "7002003004%05d".formatted(which);
  }

  /// One more number; its channel.
  private String number(ChatFlowClient client, int rate) {
    var number = phoneNumber(++numbers);
    graph.alsoPlays(number);
    var account = TestServer.ACCOUNT;
    var config =
        WhatsAppCloudConfigInput.builder()
            .phoneNumberId(number)
            .wabaId(account.wabaId())
            .appId("634974688087057")
            .accessToken(account.token())
            .appSecret(account.appSecret())
            .verifyToken("a-long-random-word")
            .build();
    return client
        .channels()
        .create(
            CreateChannelRequest.builder()
                .name(number)
                .sendRatePerSecond(rate)
                .config(config)
                .build())
        .id();
  }

  /// @return to whom
  private List<String> send(ChatFlowClient client, String channel, int size) {
    var template = TemplateContent.builder().name("hello_world").language("en_US").build();
    var requests = new ArrayList<SendMessageRequest>();
    var phones = new ArrayList<String>();
    for (int i = 0; i < size; i++) {
      var phone = "+1650%07d".formatted(2_000_000 + people++);
      phones.add(phone);
      requests.add(Inhabited.text(channel, phone, "").content(template).build());
    }
    client.messages().sendBatch(SendMessageBatchRequest.builder().messages(requests).build());
    return phones;
  }

  private List<String> recipients() {
    return graph.log().accepted().stream().map(GraphLog.Accepted::recipient).toList();
  }
}

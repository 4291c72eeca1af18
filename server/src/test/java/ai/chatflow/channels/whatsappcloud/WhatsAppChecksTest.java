package ai.chatflow.channels.whatsappcloud;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.api.model.ChannelCheck;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.ChannelsFixture;
import ai.chatflow.testing.whatsapp.GraphSimulator;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What an examination asks Meta, and what it makes of the answers.
class WhatsAppChecksTest {
  private static final String NUMBER = "700100200300400";
  private static final String ACCOUNT = "800100200300400";
  private static final String APP = "900100";
  private static final String TOKEN = "the-token";

  private final GraphSimulator graph =
      new GraphSimulator(new GraphSimulator.Account(TOKEN, NUMBER, ACCOUNT, "secret"), 0, null);
  private final WhatsAppCloudAdapter adapter = adapter(graph.url());

  WhatsAppChecksTest() throws IOException {}

  @BeforeEach
  void theAppIsSubscribed() {
    graph.subscribes("1", APP);
  }

  @AfterEach
  void close() {
    adapter.close();
    graph.close();
  }

  @Test
  void aSoundChannelPassesEveryCheck() {
    assertThat(examine(TOKEN, NUMBER, ACCOUNT))
        .containsExactly("phone_number pass", "quality pass", "subscription pass");
  }

  @Test
  void aTokenThatMetaRefusesFailsAndIsNotShown() {
    var checks = adapter.examine(channel("a-wrong-token", NUMBER, ACCOUNT));

    assertThat(words(checks)).containsExactly("access_token fail");
    assertThat(checks.getFirst().detail()).contains("HTTP 401", "190");
    assertThat(checks.getFirst().remedy()).contains("access_token");
    assertThat(checks.toString()).doesNotContain("a-wrong-token");
  }

  @Test
  void aNumberThatMetaDoesNotKnowFails() {
    var checks = adapter.examine(channel(TOKEN, "999", ACCOUNT));

    assertThat(words(checks)).containsExactly("phone_number fail");
    assertThat(checks.getFirst().remedy()).contains("phone_number_id");
  }

  @Test
  void aLowQualityIsAWarning() {
    for (String rating : List.of("YELLOW", "RED")) {
      graph.rates(rating);

      assertThat(examine(TOKEN, NUMBER, ACCOUNT))
          .as(rating)
          .containsExactly("phone_number pass", "quality warn", "subscription pass");
    }
  }

  @Test
  void aNewNumberWithoutARatingIsSound() {
    graph.rates("UNKNOWN");

    assertThat(examine(TOKEN, NUMBER, ACCOUNT)).contains("quality pass");
  }

  @Test
  void anAppThatIsNotSubscribedHearsNothingAndFails() {
    graph.subscribes("1", "2");

    var checks = adapter.examine(channel(TOKEN, NUMBER, ACCOUNT));

    assertThat(words(checks))
        .containsExactly("phone_number pass", "quality pass", "subscription fail");
    assertThat(checks.getLast().detail()).contains(APP);
    assertThat(checks.getLast().remedy()).contains("subscribed_apps");
  }

  @Test
  void anAccountThatTheTokenMayNotSeeIsAWarningBecauseNothingIsKnown() {
    assertThat(examine(TOKEN, NUMBER, "111"))
        .containsExactly("phone_number pass", "quality pass", "subscription warn");
  }

  @Test
  void aProviderThatCannotBeReachedIsAWarningBecauseNothingIsKnown() throws IOException {
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    try (var nowhere = adapter(URI.create("http://127.0.0.1:" + port))) {
      assertThat(words(nowhere.examine(channel(TOKEN, NUMBER, ACCOUNT))))
          .containsExactly("phone_number warn");
    }
  }

  private List<String> examine(String token, String number, String account) {
    return words(adapter.examine(channel(token, number, account)));
  }

  private static List<String> words(List<ChannelCheck> checks) {
    assertThat(checks)
        .allSatisfy(
            check ->
                assertThat(check.remedy() == null)
                    .as("only what is sound needs no remedy")
                    .isEqualTo(check.status() == ChannelCheck.StatusEnum.PASS));
    return checks.stream().map(check -> check.name() + " " + check.status().value()).toList();
  }

  private static WhatsAppCloudAdapter adapter(URI base) {
    return new WhatsAppCloudAdapter(base, Duration.ofSeconds(1), Duration.ofSeconds(20));
  }

  private static Channel channel(String token, String number, String account) {
    return ChannelsFixture.number(token, number, account, APP);
  }
}

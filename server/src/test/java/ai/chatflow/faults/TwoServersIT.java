package ai.chatflow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.testing.Seeds;
import ai.chatflow.testing.ServerProcess;
import ai.chatflow.testing.whatsapp.GraphSimulator;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two servers on one database. The one that sends stands still, as a virtual machine does that is
/// moved, and goes on when the other has long taken over. `-Dchatflow.faults.seeds=…` plays more.
class TwoServersIT {
  private static final GraphSimulator.Account ACCOUNT =
      new GraphSimulator.Account("graph-token", "700100200300401", "800100200300401", "app-secret");
  private static final int SENDS = 1_000;

  @TempDir static Path folder;

  private static GraphSimulator graph;
  private static ServerProcess steady;
  private static ServerProcess freezing;
  private static Set<UUID> steadyNode;
  private static Campaign campaign;

  @BeforeAll
  static void start() throws Exception {
    graph = new GraphSimulator(ACCOUNT, 0, null);
    steady = ServerProcess.start(folder.resolve("steady"), graph.url());
    steadyNode = uuids("select id from node");
    freezing = ServerProcess.beside(steady, folder.resolve("freezing"), graph.url());
    var made = Campaign.channel(steady, ACCOUNT);
    campaign = new Campaign(graph, made.path("id").asText());
    graph.webhooks().reportTo(steady.local(made.path("webhook_url").asText()), "sent", "delivered");
  }

  @AfterAll
  static void stop() throws Exception {
    freezing.close();
    steady.close();
    graph.close();
  }

  @Test
  void whoStoodStillWhileItSentCallsNobodyWhenItGoesOn() throws Exception {
    int seeds = Integer.getInteger("chatflow.faults.seeds", 1);
    for (int run = 0; run < seeds; run++) {
      long seed = Seeds.next("TwoServersIT") + run;
      int moment = 50 + new Random(seed).nextInt(SENDS / 2);
      var what = "seed " + seed + ", stopped at " + moment;

      var sent = sendThroughTheOneThatWillFreeze(moment);
      freezing.freeze();
      try {
        int before = graph.log().accepted().size();
        await("the other goes on, " + what)
            .atMost(Duration.ofSeconds(60))
            .until(() -> graph.log().accepted().size() > before + 100);
        assertThat(senders()).as(what).isEqualTo(steadyNode);
      } finally {
        freezing.thaw();
      }

      campaign.assertSettled(steady, sent, Duration.ofSeconds(100), what);
      assertThat(freezing.get("/v1/me").path("object").asText()).isNotEmpty();
    }
  }

  /// Which of the two takes the lane is chance; who queued the messages has the better one.
  private static Set<String> sendThroughTheOneThatWillFreeze(int moment) throws Exception {
    while (true) {
      int before = graph.log().accepted().size();
      var sent = campaign.send(freezing, SENDS);
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(5))
          .until(() -> graph.log().accepted().size() - before >= moment);
      if (!senders().equals(steadyNode)) {
        return sent;
      }
      campaign.assertSettled(steady, sent, Duration.ofSeconds(60), "not the one that freezes");
    }
  }

  private static Set<UUID> senders() throws IOException, SQLException {
    return uuids("select owner from lane where kind = 'send' and owner is not null");
  }

  private static Set<UUID> uuids(String query) throws IOException, SQLException {
    var found = new HashSet<UUID>();
    try (var connection = steady.database();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      while (rows.next()) {
        found.add(rows.getObject(1, UUID.class));
      }
    }
    return found;
  }
}

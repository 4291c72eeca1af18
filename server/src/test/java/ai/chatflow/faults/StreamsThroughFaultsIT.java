package ai.chatflow.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.EventStream;
import ai.chatflow.sdk.model.CreateContactRequest;
import ai.chatflow.sdk.model.Event;
import ai.chatflow.testing.CuttingProxy;
import ai.chatflow.testing.Program;
import ai.chatflow.testing.ServerProcess;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whoever follows the events with an SDK gets each once and in order, whatever becomes of the
/// connection and of the server.
class StreamsThroughFaultsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int EACH = 15;

  @TempDir static Path folder;

  @Test
  void nothingIsLostOrDoubledWhenConnectionsBreakAndTheServerIsKilled() throws Exception {
    try (var server =
            ServerProcess.start(folder.resolve("data"), URI.create("http://127.0.0.1:9"));
        var proxy = new CuttingProxy(server.port());
        var followers = new Followers(proxy.url(), server.key())) {
      var direct =
          ChatFlowClient.builder()
              .baseUrl("http://127.0.0.1:" + server.port())
              .apiKey(server.key())
              .build();
      int done = happen(direct, followers, 0);
      for (int cut = 0; cut < 3; cut++) {
        proxy.cut();
        done = happen(direct, followers, done);
      }
      server.kill();
      server.startAgain();
      happen(direct, followers, done);
    }
  }

  /// Some before the followers are up to date again, and then waits for them.
  private static int happen(ChatFlowClient client, Followers followers, int before) {
    for (int i = 0; i < EACH; i++) {
      client.contacts().create(CreateContactRequest.builder().name("C" + i).build());
    }
    followers.awaitEach(before + EACH);
    return before + EACH;
  }

  /// A blocking stream, a subscriber, and the TypeScript SDK.
  private static final class Followers implements AutoCloseable {
    private final EventStream stream;
    private final List<Long> blocking = new CopyOnWriteArrayList<>();
    private final Subscriber subscriber = new Subscriber();
    private final Program node;

    Followers(String url, String key) {
      var client = ChatFlowClient.builder().baseUrl(url).apiKey(key).build();
      this.stream = client.events().stream(p -> p.cursor(0));
      Thread.ofVirtual().start(() -> stream.forEach(event -> blocking.add(event.position())));
      client.async().events().stream(p -> p.cursor(0)).subscribe(subscriber);
      this.node =
          Program.start(
              Program.TYPESCRIPT,
              Map.of("CHATFLOW_BASE_URL", url, "CHATFLOW_API_KEY", key),
              "node",
              "test/follow.mjs",
              "0");
    }

    void awaitEach(int count) {
      var wanted = LongStream.rangeClosed(1, count).boxed().toList();
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(blocking).isEqualTo(wanted);
                assertThat(subscriber.seen).isEqualTo(wanted);
                assertThat(node.lines()).isEqualTo(wanted.stream().map(String::valueOf).toList());
              });
    }

    @Override
    public void close() {
      node.close();
      subscriber.cancel();
      stream.close();
    }
  }

  /// Asks for one event at a time.
  private static final class Subscriber implements Flow.Subscriber<Event> {
    private final List<Long> seen = new CopyOnWriteArrayList<>();
    private volatile Flow.Subscription subscription;

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
      given.request(1);
    }

    @Override
    public void onNext(Event event) {
      seen.add(event.position());
      subscription.request(1);
    }

    @Override
    public void onError(Throwable error) {
      seen.add(-1L);
    }

    @Override
    public void onComplete() {}

    void cancel() {
      subscription.cancel();
    }
  }
}

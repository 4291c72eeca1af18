package ai.chatflow.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.sdk.core.RetryPolicy;
import ai.chatflow.sdk.errors.ConnectionException;
import ai.chatflow.sdk.errors.GoneException;
import ai.chatflow.sdk.errors.InvalidResponseException;
import ai.chatflow.sdk.errors.NotFoundException;
import ai.chatflow.sdk.errors.ServerException;
import ai.chatflow.sdk.errors.TimeoutException;
import ai.chatflow.sdk.model.Contact;
import ai.chatflow.sdk.model.CreateContactRequest;
import ai.chatflow.sdk.model.Event;
import ai.chatflow.sdk.model.Permission;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AsyncClientTest {
  private static final String CONTACT = Contract.example("Contact").toString();
  private static final CreateContactRequest ADA =
      CreateContactRequest.builder().name("Ada").build();

  private final FakeServer server = new FakeServer();
  private final ManualTimer timer = new ManualTimer();
  private final List<LogHook.Attempt> attempts = new ArrayList<>();
  private final ChatFlowAsyncClient client =
      ChatFlowClient.builder()
          .environment(FakeServer.environment(server))
          .retries(new RetryPolicy(InstantSource.fixed(Instant.EPOCH), () -> 1.0), d -> {})
          .timer(timer)
          .logHook(attempts::add)
          .build()
          .async();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void anAnswerIsAFuture() {
    server.answer(200, CONTACT, "ETag", "\"7\"").answer(200, CONTACT).answer(204, "");

    ApiResponse<Contact> raw = client.contacts().withRawResponse().get("con_1").join();
    Contact contact = client.contacts().get("con_1").join();
    NoContent nothing = client.contacts().delete("con_1").join();

    assertThat(raw.etag()).contains("\"7\"");
    assertThat(raw.body()).isEqualTo(contact);
    assertThat(nothing).isEqualTo(NoContent.INSTANCE);
    assertThat(server.requests())
        .extracting(r -> r.method() + " " + r.uri())
        .containsExactly(
            "GET /v1/contacts/con_1", "GET /v1/contacts/con_1", "DELETE /v1/contacts/con_1");
  }

  @Test
  void allAttemptsOfAPostCarryTheSameIdempotencyKey() {
    server.answer(503, "busy").hangUp().answer(201, CONTACT);

    client.contacts().create(ADA).join();

    assertThat(server.requests().stream().map(r -> r.header("Idempotency-Key")).distinct())
        .singleElement()
        .asString()
        .hasSize(36);
    assertThat(timer.waited()).containsExactly(Duration.ofMillis(500), Duration.ofSeconds(1));
    assertThat(attempts).extracting(LogHook.Attempt::number).containsExactly(1, 2, 3);
    assertThat(attempts.get(0).status()).contains(503);
    assertThat(attempts.get(1).failure()).isPresent();
  }

  @Test
  void aFutureFailsWithWhatTheOtherClientThrows() {
    server.answer(404, FakeServer.problem(404, "not_found")).answer(200, "{}");
    server.answer(500, "").answer(500, "").answer(504, "").hangUp();

    assertThatThrownBy(client.contacts().get("con_1")::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(NotFoundException.class);
    assertThatThrownBy(client.contacts().get("con_1")::join)
        .hasCauseInstanceOf(InvalidResponseException.class);
    assertThatThrownBy(client.contacts().get("con_1")::join)
        .hasCauseInstanceOf(ServerException.class);
    assertThatThrownBy(
            client.contacts().create(ADA, RequestOptions.builder().maxRetries(0).build())::join)
        .hasCauseInstanceOf(ConnectionException.class);
  }

  @Test
  void anAnswerThatStallsIsATimeout() {
    server.openStream("{\"id\":").openStream("{\"id\":").openStream("{\"id\":");
    timer.ringAtOnce(1);

    assertThatThrownBy(
            client.contacts().get("con_1", RequestOptions.builder().maxRetries(0).build())::join)
        .hasCauseInstanceOf(TimeoutException.class);
    assertThat(timer.armed()).isEmpty();
  }

  @Test
  void withoutAManualTimerTimePassesByItself() {
    server.openStream("{\"id\":").answer(200, CONTACT).hangUp().answer(201, CONTACT);
    ChatFlowAsyncClient real =
        ChatFlowClient.builder()
            .environment(FakeServer.environment(server))
            .timeout(Duration.ofMillis(1500))
            .retries(new RetryPolicy(InstantSource.system(), () -> 0.02), d -> {})
            .build()
            .async();
    RequestOptions patient = RequestOptions.builder().timeout(Duration.ofSeconds(20)).build();

    assertThat(real.contacts().get("con_1").join().id()).startsWith("con_");
    assertThat(real.contacts().create(ADA, patient).join().id()).startsWith("con_");
    assertThat(server.requests()).hasSize(4);
  }

  @Test
  void toCancelEndsTheRetriesToo() {
    server.answer(503, "", "Retry-After", "30").answer(200, CONTACT);
    CompletableFuture<Contact> future = client.contacts().get("con_1");
    while (!timer.armed().contains(Duration.ofSeconds(30)) || attempts.isEmpty()) {
      Thread.onSpinWait();
    }

    future.cancel(true);

    assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
    assertThat(timer.armed()).isEmpty();
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void itemsOfAllPagesComeInOrder() {
    server
        .answer(200, PagesTest.page("\"c+1\"", "a", "b"))
        .answer(200, PagesTest.page("\"c2\"", "c"))
        .answer(200, PagesTest.page("null", "d"));
    List<String> names = new ArrayList<>();

    client
        .workspaces()
        .listPermissions(p -> p.limit(2))
        .thenCompose(page -> page.forEachAsync(one -> names.add(one.name())))
        .join();

    assertThat(names).containsExactly("a", "b", "c", "d");
    assertThat(server.requests())
        .extracting(FakeServer.Request::uri)
        .containsExactly(
            "/v1/permissions?limit=2",
            "/v1/permissions?limit=2&cursor=c%2B1",
            "/v1/permissions?limit=2&cursor=c2");
  }

  @Test
  void pagesCanBeTurnedByHand() {
    server.answer(200, PagesTest.page("\"c1\"", "a")).answer(200, PagesTest.page("null", "b"));

    AsyncPage<Permission> first = client.workspaces().listPermissions().join();
    AsyncPage<Permission> last = first.nextPage().join();

    assertThat(first.nextCursor()).contains("c1");
    assertThat(last.data()).extracting(Permission::name).containsExactly("b");
    assertThat(last.hasMore()).isFalse();
    assertThatThrownBy(last::nextPage).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void aListOfAHundredThousandPagesNeedsNoDeepStack() {
    AtomicInteger seen = new AtomicInteger();

    countdown(100_000).forEachAsync(seen::addAndGet).join();

    assertThat(seen).hasValue(100_000);
  }

  private static AsyncPage<Integer> countdown(int left) {
    return new AsyncPage<>(
        List.of(1),
        left > 1,
        "c" + left,
        cursor -> CompletableFuture.completedFuture(countdown(left - 1)));
  }

  @Test
  void whatFailsInTheMiddleFailsTheWhole() {
    server
        .answer(200, PagesTest.page("\"c1\"", "a"))
        .answer(404, FakeServer.problem(404, "not_found"));
    AsyncPage<Permission> page = client.workspaces().listPermissions().join();

    assertThatThrownBy(page.forEachAsync(one -> {})::join)
        .hasCauseInstanceOf(NotFoundException.class);
    assertThatThrownBy(
            page.forEachAsync(
                    one -> {
                      throw new IllegalStateException("enough");
                    })
                ::join)
        .hasRootCauseMessage("enough");
  }

  @Test
  void eventsArePublishedAsTheyAreAskedFor() throws Exception {
    server.stream(EventStreamTest.events(1, 2, 3)).answer(410, FakeServer.problem(410, "gone"));
    Listener listener = new Listener();

    client.events().stream(p -> p.cursor(0)).subscribe(listener);
    Flow.Subscription subscription = (Flow.Subscription) listener.heard.take();
    subscription.request(2);

    assertThat(((Event) listener.heard.take()).position()).isEqualTo(1);
    assertThat(((Event) listener.heard.take()).position()).isEqualTo(2);
    assertThat(listener.heard).isEmpty();
    subscription.request(5);
    assertThat(((Event) listener.heard.take()).position()).isEqualTo(3);
    assertThat(listener.heard.take()).isInstanceOf(GoneException.class);
  }

  @Test
  void whoCancelsHearsNoMore() throws Exception {
    server.openStream(EventStreamTest.events(1, 2));
    Listener listener = new Listener();
    client.events().stream().subscribe(listener);
    Flow.Subscription subscription = (Flow.Subscription) listener.heard.take();
    subscription.request(1);
    listener.heard.take();

    subscription.cancel();
    subscription.request(1);

    assertThat(listener.heard).isEmpty();
    assertThat(timer.armed()).isEmpty();
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void demandMustBePositive() throws Exception {
    server.openStream("");
    Listener listener = new Listener();
    client.events().stream().subscribe(listener);

    ((Flow.Subscription) listener.heard.take()).request(0);

    assertThat(listener.heard.take()).isInstanceOf(IllegalArgumentException.class);
  }

  private static final class Listener implements Flow.Subscriber<Event> {
    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      heard.add(subscription);
    }

    @Override
    public void onNext(Event event) {
      heard.add(event);
    }

    @Override
    public void onError(Throwable error) {
      heard.add(error);
    }

    @Override
    public void onComplete() {
      heard.add("complete");
    }
  }
}

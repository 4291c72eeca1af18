package ai.chatflow.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.chatflow.sdk.api.EventStreamParams;
import ai.chatflow.sdk.core.RetryPolicy;
import ai.chatflow.sdk.errors.ApiException;
import ai.chatflow.sdk.errors.AuthenticationException;
import ai.chatflow.sdk.errors.BadRequestException;
import ai.chatflow.sdk.errors.ConnectionException;
import ai.chatflow.sdk.errors.GoneException;
import ai.chatflow.sdk.errors.InvalidResponseException;
import ai.chatflow.sdk.errors.PermissionDeniedException;
import ai.chatflow.sdk.errors.RateLimitException;
import ai.chatflow.sdk.errors.ServerException;
import ai.chatflow.sdk.model.Event;
import ai.chatflow.sdk.model.MessageReceivedEvent;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class EventStreamTest {
  private static final Instant NOW = Instant.parse("2026-01-15T09:30:00Z");

  private final FakeServer server = new FakeServer();
  private final ManualTimer timer = new ManualTimer();
  private final List<LogHook.Attempt> attempts = new ArrayList<>();
  private final ChatFlowClient client =
      ChatFlowClient.builder()
          .environment(FakeServer.environment(server))
          .retries(new RetryPolicy(InstantSource.fixed(NOW), () -> 1.0), duration -> {})
          .timer(timer)
          .logHook(attempts::add)
          .build();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void eventsComeTypedAndThoseOfTomorrowToo() {
    server.openStream(
        ": hello\n\n" + events(1) + "id: 2\nevent: moon.rose\ndata: " + unknown(2) + "\n\n");

    try (EventStream stream = client.events().stream()) {
      Iterator<Event> events = stream.iterator();

      assertThat(events.next()).isInstanceOf(MessageReceivedEvent.class);
      Event tomorrows = events.next();
      assertThat(tomorrows).isInstanceOf(Event.Unknown.class);
      assertThat(tomorrows.type()).isEqualTo("moon.rose");
      assertThat(tomorrows.position()).isEqualTo(2);
      assertThat(tomorrows.id()).isEqualTo("evt_2");
      assertThat(tomorrows.timestamp()).isEqualTo(NOW);
    }
  }

  @Test
  void whatIsAskedForGoesIntoTheQuery() {
    server.openStream("");

    client.events().stream(
            p ->
                p.cursor(7)
                    .type("message.received", "message.sent")
                    .channelId("chn_1")
                    .conversationId("cnv_1")
                    .contactId("con_1"))
        .close();

    FakeServer.Request request = server.onlyRequest();
    assertThat(request.method() + " " + request.uri())
        .isEqualTo(
            "GET /v1/events/stream?cursor=7&type=message.received&type=message.sent"
                + "&channel_id=chn_1&conversation_id=cnv_1&contact_id=con_1");
    assertThat(request.header("Accept")).isEqualTo("text/event-stream");
    assertThat(request.header("Authorization")).isEqualTo("Bearer cf_test_1");
    assertThat(request.header("Last-Event-ID")).isNull();
    assertThat(attempts)
        .singleElement()
        .satisfies(attempt -> assertThat(attempt.path()).isEqualTo("/v1/events/stream"));
  }

  @Test
  void aStreamThatEndsGoesOnAfterItsLastEvent() {
    server.stream(events(1, 2)).stream(events(2, 3)).stream("").openStream(events(4));

    List<Long> positions = read(4, client.events().stream(p -> p.type("message.received")));

    assertThat(positions).containsExactly(1L, 2L, 3L, 4L);
    assertThat(server.requests())
        .extracting(r -> r.uri() + " " + r.header("Last-Event-ID"))
        .containsExactly(
            "/v1/events/stream?type=message.received null",
            "/v1/events/stream?type=message.received&cursor=2 2",
            "/v1/events/stream?type=message.received&cursor=3 3",
            "/v1/events/stream?type=message.received&cursor=3 3");
    assertThat(timer.waited())
        .containsExactly(Duration.ofMillis(500), Duration.ofMillis(500), Duration.ofSeconds(1));
  }

  @Test
  void aPlaceWithoutAnEventIsGoneOnFromToo() {
    server.stream("id: 41\n\n").openStream(events(42));

    assertThat(read(1, client.events().stream())).containsExactly(42L);
    assertThat(server.requests().get(1).header("Last-Event-ID")).isEqualTo("41");
  }

  @Test
  void halfAnEventIsReadAgain() {
    server.stream(events(1) + "id: 2\ndata: {\"object\":").openStream(events(2));

    assertThat(read(2, client.events().stream())).containsExactly(1L, 2L);
    assertThat(server.requests().get(1).header("Last-Event-ID")).isEqualTo("1");
  }

  @Test
  void troubleOnTheWayIsWaitedOut() {
    server.stream(events(1));
    server.answer(503, "busy").answer(429, "", "Retry-After", "7");
    server.answer(502, "").answer(500, "").answer(500, "").stream(events(2)).openStream(events(3));

    assertThat(read(3, client.events().stream())).containsExactly(1L, 2L, 3L);
    assertThat(timer.waited())
        .extracting(Duration::toMillis)
        .containsExactly(500L, 1000L, 7000L, 4000L, 8000L, 8000L, 500L);
  }

  @Test
  void theServerSaysHowLongToWait() {
    server.stream("retry: 4000\n" + events(1)).openStream(events(2));

    assertThat(read(2, client.events().stream())).containsExactly(1L, 2L);
    assertThat(timer.waited()).containsExactly(Duration.ofSeconds(4));
  }

  @Test
  void silenceIsTakenForABrokenConnection() {
    server.openStream(events(1)).openStream(events(2));
    // one for the answer, one for each event that is waited for
    timer.ringAtOnce(3);

    assertThat(read(2, client.events().stream())).containsExactly(1L, 2L);
    assertThat(server.requests().get(1).header("Last-Event-ID")).isEqualTo("1");
  }

  @Test
  void nobodyIsHurriedByWhoDoesNotRead() {
    server.openStream(events(1, 2));

    try (EventStream stream = client.events().stream()) {
      assertThat(timer.armed()).isEmpty();
      stream.iterator().next();
      assertThat(timer.armed()).isEmpty();
    }
  }

  static Stream<Arguments> ends() {
    return Stream.of(
        Arguments.of(400, "cursor_mismatch", BadRequestException.class),
        Arguments.of(401, "unauthorized", AuthenticationException.class),
        Arguments.of(403, "forbidden", PermissionDeniedException.class),
        Arguments.of(410, "cursor_expired", GoneException.class));
  }

  @ParameterizedTest
  @MethodSource("ends")
  void whatWaitingCannotMendEndsIt(int status, String code, Class<? extends ApiException> type) {
    server.stream(events(1)).answer(status, FakeServer.problem(status, code));
    Iterator<Event> events = client.events().stream().iterator();

    assertThat(events.next().position()).isEqualTo(1);
    ApiException error = catchThrowableOfType(type, events::hasNext);
    assertThat(error.code()).hasToString("Optional[" + code + "]");
    assertThatThrownBy(events::next).isSameAs(error);
    assertThat(server.requests()).hasSize(2);
  }

  @ParameterizedTest
  @MethodSource("ends")
  void aStreamThatMayNotBeOpenedIsSaidSoAtOnce(
      int status, String code, Class<? extends ApiException> type) {
    server.answer(status, FakeServer.problem(status, code));

    assertThatThrownBy(() -> client.events().stream()).isInstanceOf(type);
  }

  @Test
  void aServerThatIsNotThereIsTriedLikeAnyCall() {
    server.answer(500, "").answer(502, "").answer(503, "");

    assertThatThrownBy(() -> client.events().stream()).isInstanceOf(ServerException.class);
    assertThat(server.requests()).hasSize(3);

    server.close();
    EventStreamParams fromNowOn = EventStreamParams.builder().build();
    RequestOptions once = RequestOptions.builder().maxRetries(0).build();
    assertThatThrownBy(() -> client.events().stream(fromNowOn, once))
        .isInstanceOf(ConnectionException.class);
  }

  @Test
  void eventsThatCameBeforeTheEndAreHandedOverFirst() {
    server.stream(events(1, 2, 3)).answer(410, FakeServer.problem(410, "cursor_expired"));
    Iterator<Event> events = client.events().stream().iterator();
    events.next();
    while (server.requests().size() < 2) {
      Thread.onSpinWait();
    }

    assertThat(events.next().position()).isEqualTo(2);
    assertThat(events.next().position()).isEqualTo(3);
    assertThatThrownBy(events::next).isInstanceOf(GoneException.class);
  }

  @Test
  void aWaitOfAnHourIsTheCallers() {
    server.stream(events(1)).answer(429, "", "Retry-After", "3600");
    Iterator<Event> events = client.events().stream().iterator();
    events.next();

    assertThatThrownBy(events::hasNext).isInstanceOf(RateLimitException.class);
  }

  @Test
  void aPageOfAProxyIsNoStream() {
    server.answer(200, "<html>", "Content-Type", "text/html");

    assertThatThrownBy(() -> client.events().stream()).isInstanceOf(InvalidResponseException.class);
  }

  @Test
  void anEventThatCannotBeReadEndsItAndAMessageThatIsNoneDoesNot() {
    server.openStream(
        "data: {\"note\": 1}\n\n"
            + events(1)
            + "id: 2\ndata: {\"object\": \"event\", \"type\": \"message.received\"}\n\n");
    Iterator<Event> events = client.events().stream().iterator();

    assertThat(events.next().position()).isEqualTo(1);
    assertThatThrownBy(events::hasNext).isInstanceOf(InvalidResponseException.class);
  }

  @Test
  void closingEndsTheWaitingOfAnotherThread() {
    server.openStream(events(1));
    EventStream stream = client.events().stream();
    Iterator<Event> events = stream.iterator();
    events.next();
    CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(events::hasNext);

    stream.close();

    assertThat(waiting.join()).isFalse();
    assertThat(stream.iterator().hasNext()).isFalse();
    assertThatThrownBy(events::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void anInterruptEndsTheWaiting() {
    server.openStream("");
    EventStream stream = client.events().stream();

    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> stream.iterator().hasNext()).isInstanceOf(ConnectionException.class);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(stream.iterator().hasNext()).isFalse();
  }

  private static List<Long> read(int count, EventStream stream) {
    try (Stream<Event> events = stream.stream()) {
      return events.limit(count).map(Event::position).collect(Collectors.toList());
    }
  }

  static String events(long... positions) {
    ObjectNode event = Contract.example("EventPage").at("/data/0").deepCopy();
    return LongStream.of(positions)
        .mapToObj(
            position ->
                "id: %d\nevent: message.received\ndata: %s\n\n"
                    .formatted(position, event.put("position", position)))
        .collect(Collectors.joining());
  }

  private static String unknown(long position) {
    return """
    {"object": "event", "id": "evt_%d", "position": %d, "type": "moon.rose", "timestamp": "%s"}\
    """
        .formatted(position, position, NOW);
  }
}

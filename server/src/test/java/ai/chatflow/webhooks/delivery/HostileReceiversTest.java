package ai.chatflow.webhooks.delivery;

import static ai.chatflow.webhooks.delivery.DeliveryWorld.id;
import static ai.chatflow.webhooks.delivery.DeliveryWorld.signatures;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.api.model.Condition;
import ai.chatflow.api.model.CreateWebhookEndpointRequest;
import ai.chatflow.api.model.WebhookDisabledReason;
import ai.chatflow.platform.errors.NotFound;
import ai.chatflow.platform.ids.WebhookEndpointId;
import ai.chatflow.testing.HostileServer;
import ai.chatflow.testing.WebhookReceiver;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Receivers and customers that do what nobody expects at the worst moment.
class HostileReceiversTest {
  private static final byte[] OK = http("HTTP/1.1 200 OK");
  private static final byte[] BROKEN = http("HTTP/1.1 500 Broken");

  @AutoClose private final DeliveryWorld world = new DeliveryWorld();
  @AutoClose private final WebhookReceiver receiver = new WebhookReceiver();
  private final Instant begin = world.clock.instant();

  @Test
  void anEndpointThatIsDeletedWhileItIsPostedToLeavesNothing() {
    var id = new AtomicReference<WebhookEndpointId>();
    for (var answer : List.of(OK, BROKEN)) {
      try (var server =
          new HostileServer(
              out -> {
                world.webhooks.endpoints().delete(world.workspace, id.get(), null);
                out.write(answer);
              })) {
        id.set(id(world.create(server.url())));
        world.happen(1);
        world.happen(3);
        world.pass(Duration.ofMinutes(10), Duration.ofMinutes(1));

        assertThat(server.requests()).hasSize(1);
        assertThatThrownBy(() -> world.shown(id.get())).isInstanceOf(NotFound.class);
      }
    }
  }

  @Test
  void aSecretThatIsRotatedBetweenTwoTriesSignsTheSecond() {
    receiver.answer(500);
    var id = id(world.create(receiver.url("/rotated")));
    world.happen(1);
    world.webhooks.endpoints().rotate(world.workspace, id);
    world.pass(Duration.ofSeconds(10), Duration.ofSeconds(1));

    assertThat(receiver.received()).hasSize(2);
    var first = signatures(receiver.received().get(0));
    var second = signatures(receiver.received().get(1));
    assertThat(first).hasSize(2);
    assertThat(second).hasSize(3);
    assertThat(receiver.received().get(1).header("webhook-id"))
        .isEqualTo(receiver.received().get(0).header("webhook-id"));
  }

  @Test
  void oneThatWasDisabledForFailingAndSaysThatItIsGoneIsLeftAlone() {
    receiver.answer(500);
    var id = id(world.create(receiver.url("/gone")));
    world.happen(3);
    world.pass(Duration.ofHours(76), Duration.ofMinutes(30));
    assertThat(world.shown(id).endpoint().disabledReason())
        .isEqualTo(WebhookDisabledReason.FAILING);
    receiver.answer(410);
    world.happen(20);
    world.pass(Duration.ofHours(7), Duration.ofHours(1));
    int calls = receiver.received().size();
    world.pass(Duration.ofHours(48), Duration.ofHours(1));

    assertThat(world.shown(id).endpoint().disabledReason()).isEqualTo(WebhookDisabledReason.GONE);
    assertThat(receiver.received()).hasSize(calls);
  }

  @Test
  void manyCallsThatFailAtOnceOpenTheCircuitOnce() {
    receiver.answer(500);
    world.create(receiver.url("/blip"));
    world.happen(Planner.AT_ONCE);
    assertThat(receiver.received()).hasSize(Planner.AT_ONCE);
    receiver.answer(200);

    world.pass(Duration.ofSeconds(35), Duration.ofSeconds(5));

    assertThat(receiver.received()).hasSize(2 * Planner.AT_ONCE);
  }

  @Test
  void whoeverEnablesAnEndpointIsNotOverruledByACallInFlight() {
    var id = new AtomicReference<WebhookEndpointId>();
    try (var server =
        new HostileServer(
            out -> {
              if (!world.shown(id.get()).endpoint().enabled()) {
                world.webhooks.endpoints().enable(world.workspace, id.get());
              }
              out.write(BROKEN);
            })) {
      id.set(id(world.create(server.url())));
      world.happen(1);
      world.pass(Duration.ofHours(90), Duration.ofMinutes(30));

      assertThat(world.shown(id.get()).endpoint().enabled()).isTrue();
      assertThat(world.shown(id.get()).progress().failingSince())
          .isAfter(begin.plus(Duration.ofHours(75)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-5, 5, 6",
    "0, 5, 6",
    "soon, 5, 6",
    "1e9, 5, 6",
    "60, 60, 60",
    "999999999, 86400, 86400",
    "99999999999999999999999, 86400, 86400"
  })
  void whateverRetryAfterSaysTheNextTryIsWithinADay(String said, int least, int most) {
    receiver.answer(500, Map.of("Retry-After", said), "");
    var id = id(world.create(receiver.url("/later")));
    world.happen(1);

    assertThat(waits(id)).isBetween(Duration.ofSeconds(least), Duration.ofSeconds(most));
  }

  @Test
  void retryAfterCanBeADate() {
    var date = DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);
    receiver.answer(500, Map.of("Retry-After", date.format(begin.plusSeconds(3_600))), "");
    var soon = id(world.create(receiver.url("/date")));
    world.happen(1);
    receiver.answer(500, Map.of("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT"), "");
    var never = id(world.create(receiver.url("/never")));
    world.happen(1);

    assertThat(waits(soon)).isBetween(Duration.ofSeconds(3_599), Duration.ofSeconds(3_600));
    assertThat(waits(never)).isEqualTo(Duration.ofDays(1));
  }

  @Test
  void aRedirectIsAFailureAndTriedAgainWhereItWas() {
    receiver.answer(302, Map.of("Location", receiver.url("/there")), "");
    var id = id(world.create(receiver.url("/here")));
    world.happen(1);
    receiver.answer(200);
    world.pass(Duration.ofSeconds(10), Duration.ofSeconds(1));

    assertThat(receiver.received())
        .extracting(WebhookReceiver.Received::path)
        .containsExactly("/here", "/here");
    assertThat(world.deliveries(id)).isEmpty();
  }

  @Test
  void bytesThatNoTextHoldsAreKeptAsFarAsTheyGo() {
    try (var server =
        HostileServer.saying(
            "HTTP/1.1 500 x\r\nContent-Length: 6\r\n\r\na\u0000\u00ff\u00f0\u009fz")) {
      var id = id(world.create(server.url()));
      world.happen(1);

      assertThat(world.attempts(id))
          .singleElement()
          .satisfies(
              a -> assertThat(a.body()).startsWith("a").endsWith("z").doesNotContain("\u0000"));
    }
  }

  @Test
  void anEventThatIsNoLongerKeptEndsItsTries() throws SQLException {
    receiver.answer(500);
    var id = id(world.create(receiver.url("/old")));
    world.happen(1);
    try (var connection = world.database.admin().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("delete from event");
    }
    world.pass(Duration.ofMinutes(1), Duration.ofSeconds(5));

    assertThat(receiver.received()).hasSize(1);
    assertThat(world.deliveries(id))
        .singleElement()
        .satisfies(d -> assertThat(d.dead()).isTrue())
        .satisfies(d -> assertThat(d.lastError()).isEqualTo("The event is no longer kept."));
  }

  @Test
  void fiftyEndpointsEachGetEverythingOnce() {
    IntStream.range(0, 50).forEach(i -> world.create(receiver.url("/many/" + i)));
    world.happen(12);

    var positions =
        receiver.received().stream()
            .collect(
                Collectors.groupingBy(
                    WebhookReceiver.Received::path,
                    Collectors.mapping(DeliveryWorld::position, Collectors.toList())));
    assertThat(positions)
        .hasSize(50)
        .allSatisfy((_, each) -> assertThat(each).hasSize(12).doesNotHaveDuplicates());
  }

  @Test
  void replayLooksPastWhatTheEndpointDoesNotWant() {
    world.happen(2_500);
    var request =
        CreateWebhookEndpointRequest.builder()
            .url(receiver.url("/few"))
            .condition(
                Condition.builder().field("version").op(Condition.OpEnum.LTE).value(3).build())
            .build();
    var id = id(world.create(request));

    assertThat(world.replay(id, begin.minusSeconds(60))).isEqualTo(3);
    world.lanes.runDue();
    assertThat(receiver.received()).hasSize(3);
  }

  @Test
  void aLogFullOfWhatItDoesNotWantIsPassedInSteps() {
    var request =
        CreateWebhookEndpointRequest.builder()
            .url(receiver.url("/none"))
            .condition(
                Condition.builder().field("version").op(Condition.OpEnum.GT).value(9_000).build())
            .build();
    var id = id(world.create(request));
    world.happen(5_000);

    assertThat(world.shown(id).progress().position()).isEqualTo(5_000);
    assertThat(receiver.received()).isEmpty();
  }

  @Test
  void toResendWhatWaitsShowsTheDeliveryThatWaits() {
    receiver.answer(500);
    var id = id(world.create(receiver.url("/again")));
    world.happen(1);
    var waiting = world.deliveries(id).getFirst();

    var again = world.resends.resend(world.workspace, id, 1);

    assertThat(again.id()).isEqualTo(waiting.id());
    assertThat(again.attempts()).isZero();
    assertThat(world.deliveries(id)).containsExactly(again);
  }

  @Test
  void toRecoverEndsTheWaitOfAnOpenCircuit() {
    receiver.answer(500);
    var id = id(world.create(receiver.url("/mended")));
    world.happen(10);
    assertThat(world.shown(id).progress().pausedUntil()).isNotNull();
    receiver.answer(200);

    assertThat(world.recover(id, begin)).isEqualTo(10);
    world.lanes.runDue();

    assertThat(world.deliveries(id)).isEmpty();
    // the last says that it is done
    assertThat(receiver.received()).hasSize(21);
  }

  private Duration waits(WebhookEndpointId id) {
    return Duration.between(begin, world.deliveries(id).getLast().dueAt());
  }

  private static byte[] http(String line) {
    return (line + "\r\nContent-Length: 0\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
  }
}

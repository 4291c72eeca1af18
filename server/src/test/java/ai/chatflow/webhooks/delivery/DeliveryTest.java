package ai.chatflow.webhooks.delivery;

import static ai.chatflow.webhooks.delivery.DeliveryWorld.body;
import static ai.chatflow.webhooks.delivery.DeliveryWorld.id;
import static ai.chatflow.webhooks.delivery.DeliveryWorld.position;
import static ai.chatflow.webhooks.delivery.DeliveryWorld.signatures;
import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.api.model.Condition;
import ai.chatflow.api.model.CreateWebhookEndpointRequest;
import ai.chatflow.api.model.WebhookDisabledReason;
import ai.chatflow.platform.events.EventStore;
import ai.chatflow.platform.events.StoredEvent;
import ai.chatflow.testing.WebhookReceiver;
import ai.chatflow.testing.WebhookReceiver.Received;
import ai.chatflow.webhooks.delivery.AttemptStore.Attempt;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class DeliveryTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @AutoClose private final DeliveryWorld world = new DeliveryWorld();
  @AutoClose private final WebhookReceiver receiver = new WebhookReceiver();
  private final Instant begin = world.clock.instant();

  @Test
  void everyEventIsPostedOnceAsTheLogShowsItAndLeavesOnlyAnAttempt() {
    world.happen(3);
    var endpoint = id(world.create(receiver.url("/all")));
    world.happen(40);

    assertThat(positions()).containsExactlyInAnyOrderElementsOf(range(4, 43));
    assertThat(world.deliveries(endpoint)).isEmpty();
    assertThat(world.shown(endpoint).progress().position()).isEqualTo(43);
    assertThat(world.attempts(endpoint)).hasSize(40).allMatch(Attempt::succeeded);
    var tenth = post(10);
    assertThat(tenth.body()).isEqualTo(Planner.body(event(10)));
    assertThat(tenth.header("webhook-id")).isEqualTo(event(10).id().toString());
    assertThat(tenth.header("content-type")).startsWith("application/json");
  }

  @Test
  void aDeliveryIsSignedWithTheSecretAndWithThePublishedKey() throws Exception {
    var created = world.create(receiver.url("/signed"));
    world.happen(1);

    var received = receiver.received().getFirst();
    assertThat(signatures(received))
        .containsExactly(hmac(received, created.secret()), asymmetric(received));
    assertThat(Long.parseLong(received.header("webhook-timestamp")))
        .isEqualTo(world.clock.instant().getEpochSecond());
    assertThat(verified(received)).isTrue();
  }

  @Test
  void forADayTheOldSecretSignsToo() throws Exception {
    var first = world.create(receiver.url("/rotated"));
    var second = world.webhooks.endpoints().rotate(world.workspace, first.shown().endpoint().id());
    world.happen(1);
    var both = receiver.received().getLast();
    world.clock.advance(Duration.ofHours(24).plusSeconds(1));
    world.happen(1);
    var one = receiver.received().getLast();

    assertThat(second.secret()).isNotEqualTo(first.secret());
    assertThat(signatures(both))
        .contains(hmac(both, second.secret()), hmac(both, first.secret()))
        .hasSize(3);
    assertThat(signatures(one)).contains(hmac(one, second.secret())).hasSize(2);
  }

  @Test
  void whatAnEndpointDoesNotAskForIsPassedOver() {
    var request =
        CreateWebhookEndpointRequest.builder()
            .url(receiver.url("/some"))
            .condition(
                Condition.builder().field("version").op(Condition.OpEnum.GT).value(298).build())
            .build();
    var endpoint = id(world.create(request));
    world.happen(300);

    assertThat(receiver.received()).hasSize(2);
    assertThat(world.shown(endpoint).progress().position()).isEqualTo(300);
  }

  @Test
  void aFailedDeliveryIsTriedTenTimesInThreeDaysAndIsThenDead() {
    receiver.answer(500, Map.of(), "broken");
    var request =
        CreateWebhookEndpointRequest.builder()
            .url(receiver.url("/broken"))
            .eventTypes(List.of("flow.published"))
            .build();
    var endpoint = id(world.create(request));
    world.happen(1);
    world.pass(Duration.ofDays(3), Duration.ofMinutes(5));
    receiver.answer(200);
    world.happen(1);
    receiver.answer(500, Map.of(), "broken");
    world.pass(Duration.ofHours(12), Duration.ofMinutes(5));

    var tries =
        world.attempts(endpoint).stream()
            .filter(a -> Long.valueOf(1).equals(a.position()))
            .toList();
    assertThat(tries).hasSize(Schedule.ATTEMPTS).noneMatch(Attempt::succeeded);
    assertThat(tries.getLast().body()).isEqualTo("broken");
    assertThat(Duration.between(tries.getLast().createdAt(), tries.getFirst().createdAt()))
        .isBetween(Duration.ofHours(74), Duration.ofHours(83));
    assertThat(world.deliveries(endpoint))
        .singleElement()
        .satisfies(d -> assertThat(d.dead()).isTrue())
        .satisfies(d -> assertThat(d.lastError()).isEqualTo("The endpoint answered 500."));
  }

  @Test
  void aReceiverThatFailsForThreeDaysGetsEverythingAndIsWarnedThrice() {
    receiver.answer(503);
    var endpoint = id(world.create(receiver.url("/slow-ops")));
    for (int day = 0; day < 3; day++) {
      world.happen(20);
      world.pass(Duration.ofHours(24), Duration.ofMinutes(10));
    }
    assertThat(world.shown(endpoint).endpoint().enabled()).isTrue();
    assertThat(eventTypes()).filteredOn("webhook_endpoint.failing"::equals).hasSize(3);
    int calls = receiver.received().size();
    assertThat(calls).isLessThan(600);

    receiver.answer(200);
    world.pass(Duration.ofHours(26), Duration.ofMinutes(10));

    var delivered =
        world.attempts(endpoint).stream()
            .filter(Attempt::succeeded)
            .map(Attempt::position)
            .toList();
    var head = world.platform().db().inTransaction(world.workspace, new EventStore()::head);
    assertThat(delivered).containsExactlyInAnyOrderElementsOf(range(1, head));
    assertThat(world.deliveries(endpoint)).isEmpty();
    assertThat(world.shown(endpoint).progress().failingSince()).isNull();
  }

  @Test
  void oneThatFailsForTooLongIsDisabledAndEnabledWhenItAnswers() {
    receiver.answer(500);
    var endpoint = id(world.create(receiver.url("/dead")));
    world.happen(1);
    world.pass(Duration.ofHours(76), Duration.ofMinutes(15));
    assertThat(world.shown(endpoint).endpoint().disabledReason())
        .isEqualTo(WebhookDisabledReason.FAILING);
    assertThat(eventTypes()).contains("webhook_endpoint.disabled");
    int before = receiver.received().size();
    world.pass(Duration.ofHours(24), HOUR);
    assertThat(receiver.received().size() - before).isBetween(3, 5);

    receiver.answer(200);
    world.pass(Duration.ofHours(7), HOUR);

    assertThat(world.shown(endpoint).endpoint().enabled()).isTrue();
    assertThat(eventTypes()).contains("webhook_endpoint.enabled");
    assertThat(deliveredTypes()).contains("webhook_endpoint.disabled");
  }

  @Test
  void oneThatIsGoneIsDisabledAtOnce() {
    receiver.answer(410);
    var endpoint = id(world.create(receiver.url("/gone")));
    world.happen(1);
    world.happen(5);
    world.pass(Duration.ofHours(24), HOUR);

    assertThat(world.shown(endpoint).endpoint().disabledReason())
        .isEqualTo(WebhookDisabledReason.GONE);
    assertThat(receiver.received()).hasSize(1);
  }

  @Test
  void whatItMissedWhileDisabledComesWhenItIsEnabled() {
    var endpoint = id(world.create(receiver.url("/pause")));
    world.webhooks.endpoints().disable(world.workspace, endpoint);
    world.happen(50);
    assertThat(receiver.received()).isEmpty();

    world.webhooks.endpoints().enable(world.workspace, endpoint);
    world.lanes.runDue();

    assertThat(positions()).containsExactlyInAnyOrderElementsOf(range(1, 50));
  }

  @Test
  void afterFiveFailuresInARowTheCircuitOpensAndOneCallTries() {
    receiver.answer(500);
    world.create(receiver.url("/circuit"));
    world.happen(5);
    assertThat(receiver.received()).hasSize(5);

    world.happen(100);
    world.pass(Duration.ofSeconds(20), Duration.ofSeconds(5));
    assertThat(receiver.received()).hasSize(5);
    world.pass(Duration.ofSeconds(15), Duration.ofSeconds(5));
    assertThat(receiver.received()).hasSize(6);
  }

  @Test
  void oneThatAsksForLessIsLeftInPeaceForAsLongAsItAsks() {
    receiver.answer(429, Map.of("Retry-After", "120"), "");
    world.create(receiver.url("/busy"));
    world.happen(1);
    receiver.answer(200);
    world.happen(1);
    world.pass(Duration.ofSeconds(110), Duration.ofSeconds(10));
    assertThat(receiver.received()).hasSize(1);

    world.pass(Duration.ofSeconds(20), Duration.ofSeconds(10));

    assertThat(positions()).containsExactlyInAnyOrder(1L, 1L, 2L);
  }

  @Test
  void aTestIsTheSampleSentOnce() {
    receiver.answer(500);
    var endpoint = id(world.create(receiver.url("/test")));
    var delivery = world.resends.test(world.workspace, endpoint, "message.received");
    world.lanes.runDue();
    world.pass(Duration.ofHours(1), Duration.ofMinutes(5));

    assertThat(receiver.received()).hasSize(1);
    var sample = body(receiver.received().getFirst());
    assertThat(sample.path("type").asText()).isEqualTo("message.received");
    assertThat(sample.path("id").asText()).isEqualTo(delivery.event().toString());
    assertThat(world.shown(endpoint).progress().failures()).isZero();
    assertThat(world.deliveries(endpoint)).isEmpty();
  }

  @Test
  void oneEventCanBeSentAgain() {
    var endpoint = id(world.create(receiver.url("/again")));
    world.happen(3);
    world.resends.resend(world.workspace, endpoint, 2);
    world.lanes.runDue();

    assertThat(positions()).containsExactlyInAnyOrder(1L, 2L, 3L, 2L);
    assertThat(world.deliveries(endpoint)).isEmpty();
  }

  @Test
  void whatFailedSinceATimeCanBeSentAgainAtOnce() {
    receiver.answer(500);
    var endpoint = id(world.create(receiver.url("/recover")));
    world.happen(4);
    receiver.answer(200);

    assertThat(world.recover(endpoint, begin)).isEqualTo(4);
    world.lanes.runDue();

    // the fifth says that it is done
    assertThat(positions()).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 1L, 2L, 3L, 4L, 5L);
    assertThat(world.deliveries(endpoint)).isEmpty();
  }

  @Test
  void whatWasNeverDeliveredCanBeReplayed() {
    world.happen(6);
    var endpoint = id(world.create(receiver.url("/replay")));
    world.happen(2);

    assertThat(world.replay(endpoint, begin.minusSeconds(600))).isEqualTo(6);
    world.lanes.runDue();

    // the ninth says that it is done
    assertThat(positions()).containsExactlyInAnyOrderElementsOf(range(1, 9));
    assertThat(world.replay(endpoint, begin.minusSeconds(600))).isZero();
  }

  @Test
  void aRateIsKept() {
    var request =
        CreateWebhookEndpointRequest.builder().url(receiver.url("/rate")).ratePerSecond(5).build();
    world.create(request);
    world.happen(20);
    assertThat(receiver.received()).hasSize(5);

    world.pass(Duration.ofSeconds(2), Duration.ofMillis(500));
    assertThat(receiver.received()).hasSize(15);
  }

  private List<String> eventTypes() {
    return world
        .platform()
        .db()
        .inTransaction(world.workspace, tx -> new EventStore().page(tx, 0, List.of(), 10_000))
        .stream()
        .map(StoredEvent::type)
        .toList();
  }

  private StoredEvent event(long position) {
    return world
        .platform()
        .db()
        .inTransaction(world.workspace, tx -> new EventStore().at(tx, List.of(position)))
        .getFirst();
  }

  private List<Long> positions() {
    return receiver.received().stream().map(DeliveryWorld::position).toList();
  }

  private List<String> deliveredTypes() {
    return receiver.received().stream().map(r -> body(r).path("type").asText()).toList();
  }

  private Received post(long position) {
    return receiver.received().stream()
        .filter(r -> position(r) == position)
        .findFirst()
        .orElseThrow();
  }

  private static List<Long> range(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  private static byte[] content(Received received) {
    return (received.header("webhook-id")
            + "."
            + received.header("webhook-timestamp")
            + "."
            + received.body())
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String hmac(Received received, String secret) throws GeneralSecurityException {
    var mac = Mac.getInstance("HmacSHA256");
    var key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(content(received)));
  }

  private static String asymmetric(Received received) {
    return signatures(received).stream()
        .filter(s -> s.startsWith("v1a,"))
        .findFirst()
        .orElseThrow();
  }

  /// With the JDK's Ed25519, not with the library that signed. The prefix is the DER of an Ed25519
  /// public key (RFC 8410).
  private boolean verified(Received received) throws GeneralSecurityException {
    var raw = Base64.getDecoder().decode(world.signer.publicKey().substring("whpk_".length()));
    var encoded =
        HexFormat.of().parseHex("302a300506032b6570032100" + HexFormat.of().formatHex(raw));
    var key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    var check = Signature.getInstance("Ed25519");
    check.initVerify(key);
    check.update(content(received));
    return check.verify(
        Base64.getDecoder().decode(asymmetric(received).substring("v1a,".length())));
  }
}

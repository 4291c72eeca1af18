package ai.chatflow.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.chatflow.sdk.errors.WebhookVerificationException;
import ai.chatflow.sdk.errors.WebhookVerificationException.Reason;
import ai.chatflow.sdk.model.Event;
import ai.chatflow.sdk.model.MessageReceivedEvent;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhooksTest {
  /// The example of the Standard Webhooks libraries.
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  private static final String OTHER = "whsec_" + "QUFB".repeat(8);
  private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
  private static final Instant THEN = Instant.ofEpochSecond(1614265330);
  private static final String EXAMPLE = "{\"test\": 2432232314}";
  private static final String EXAMPLE_SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
  private static final String NEWS =
      "{\"id\":\"evt_1\",\"type\":\"moon.rose\",\"data\":{\"n\":1.50}}";

  /// `openssl dgst -sha256 -mac HMAC -macopt hexkey:…` over ID.THEN.NEWS, base64.
  private static final String NEWS_SIGNATURE = "v1,DwnumNxbqfdRsBQfEdN9IK5JQCGNF2LjfZRsWYnGr04=";

  @Test
  void theExampleOfTheStandardIsWellSignedAndNoEventOfOurs() {
    assertThat(refusal(at(THEN, SECRET), EXAMPLE, headers(EXAMPLE_SIGNATURE)))
        .isEqualTo(Reason.NOT_AN_EVENT);
    assertThat(refusal(at(THEN, OTHER), EXAMPLE, headers(EXAMPLE_SIGNATURE)))
        .isEqualTo(Reason.SIGNATURE_MISMATCH);
  }

  @Test
  void aTypeThatIsNotKnownYetSurvives() {
    Event event = at(THEN, SECRET).unwrap(NEWS, headers(NEWS_SIGNATURE));

    assertThat(event.type()).isEqualTo("moon.rose");
    assertThat(event)
        .isInstanceOfSatisfying(
            Event.Unknown.class, unknown -> assertThat(unknown.json()).hasToString(NEWS));
  }

  @Test
  void everyEventOfTheContractComesTyped() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Webhooks webhooks = at(THEN, publicKey(pair));
    String body = Contract.example("EventPage").at("/data/0").toString();

    Event event =
        webhooks.unwrap(body.getBytes(StandardCharsets.UTF_8), headers(v1a(pair, body))::get);

    assertThat(event)
        .isInstanceOfSatisfying(
            MessageReceivedEvent.class,
            received -> assertThat(received.data().message().id()).startsWith("msg_"));
  }

  @ParameterizedTest
  @CsvSource({
    // RFC 8032, 7.1: key, message, signature
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a, '',"
        + " e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c, 72,"
        + " 92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025, af82,"
        + " 6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
  })
  void publicKeysAreThoseOfRfc8032(String key, String message, String signature) {
    HexFormat hex = HexFormat.of();
    var parsed =
        ai.chatflow.sdk.core.WebhookKey.parse(
            "whpk_" + Base64.getEncoder().encodeToString(hex.parseHex(key)));
    byte[] right = hex.parseHex(signature);
    byte[] wrong = right.clone();
    wrong[3] ^= 1;

    assertThat(parsed.version()).isEqualTo("v1a");
    assertThat(parsed.verifies(hex.parseHex(message), right)).isTrue();
    assertThat(parsed.verifies(hex.parseHex(message), wrong)).isFalse();
    assertThat(parsed.verifies(hex.parseHex(message), new byte[3])).isFalse();
    assertThat(parsed.verifies(new byte[] {9}, right)).isFalse();
  }

  @Test
  void whileOneKeyReplacesTheOtherEitherWillDo() {
    Map<String, String> both = headers("v1,AAAA v2,AAAA " + NEWS_SIGNATURE);

    assertThat(at(THEN, OTHER, SECRET).unwrap(NEWS, both).type()).isEqualTo("moon.rose");
    assertThat(at(THEN, SECRET, OTHER).unwrap(NEWS, both).type()).isEqualTo("moon.rose");
  }

  @Test
  void aSignatureOfAnotherVersionIsNoProof() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Webhooks onlyPublic = at(THEN, publicKey(pair));

    WebhookVerificationException error =
        catchThrowableOfType(
            WebhookVerificationException.class,
            () -> onlyPublic.unwrap(NEWS, headers(NEWS_SIGNATURE)));

    assertThat(error.reason()).isEqualTo(Reason.UNSUPPORTED_VERSION);
    assertThat(error).hasMessage("The webhook is signed with [v1], the keys check [v1a].");
    // right bytes under the wrong name
    assertThat(refusal(at(THEN, SECRET), NEWS, headers(NEWS_SIGNATURE.replace("v1,", "v1a,"))))
        .isEqualTo(Reason.UNSUPPORTED_VERSION);
  }

  @ParameterizedTest
  @CsvSource({
    "-301, TIMESTAMP_TOO_NEW",
    "-300,",
    "0,",
    "300,",
    "301, TIMESTAMP_TOO_OLD",
  })
  void fiveMinutesEitherWayAreTolerated(long seconds, Reason reason) {
    Webhooks webhooks = at(THEN.plusSeconds(seconds), SECRET);

    if (reason == null) {
      assertThat(webhooks.unwrap(NEWS, headers(NEWS_SIGNATURE))).isNotNull();
    } else {
      assertThat(refusal(webhooks, NEWS, headers(NEWS_SIGNATURE))).isEqualTo(reason);
    }
  }

  @Test
  void theToleranceCanBeAnother() {
    Webhooks webhooks =
        Webhooks.builder()
            .key(SECRET)
            .tolerance(Duration.ofSeconds(2))
            .time(InstantSource.fixed(THEN.plusSeconds(3)))
            .build();

    assertThat(refusal(webhooks, NEWS, headers(NEWS_SIGNATURE)))
        .isEqualTo(Reason.TIMESTAMP_TOO_OLD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"webhook-id", "webhook-timestamp", "webhook-signature"})
  void aHeaderThatIsMissingIsNamed(String name) {
    Map<String, String> headers = headers(NEWS_SIGNATURE);
    headers.remove(name);

    WebhookVerificationException error =
        catchThrowableOfType(
            WebhookVerificationException.class, () -> at(THEN, SECRET).unwrap(NEWS, headers));

    assertThat(error.reason()).isEqualTo(Reason.MISSING_HEADER);
    assertThat(error).hasMessage("The header " + name + " is missing.");
    headers.put(name, " ");
    assertThat(refusal(at(THEN, SECRET), NEWS, headers)).isEqualTo(Reason.MISSING_HEADER);
  }

  @ParameterizedTest
  @CsvSource({
    "webhook-id, evt_1.1614265330",
    "webhook-id, evt 1",
    "webhook-timestamp, soon",
    "webhook-timestamp, -1614265330",
    "webhook-timestamp, +1614265330",
    "webhook-timestamp, 01614265330",
    "webhook-timestamp, 1614265330.5",
    "webhook-timestamp, 99999999999999999999",
    "webhook-signature, g0hM9SsE",
    "webhook-signature, 'v1,#'",
    "webhook-signature, ',AAAA'",
  })
  void aHeaderThatCannotBeReadIsNamed(String name, String value) {
    Map<String, String> headers = headers(NEWS_SIGNATURE);
    headers.put(name, value);

    assertThatThrownBy(() -> at(THEN, SECRET).unwrap(NEWS, headers))
        .isInstanceOfSatisfying(
            WebhookVerificationException.class,
            error -> assertThat(error.reason()).isEqualTo(Reason.MALFORMED_HEADER))
        .hasMessageContaining(name);
  }

  @Test
  void nothingOfWhatIsSignedCanChange() {
    Webhooks webhooks = at(THEN, SECRET);
    Map<String, String> otherId = headers(NEWS_SIGNATURE);
    otherId.put("webhook-id", ID + "x");
    Map<String, String> otherTime = headers(NEWS_SIGNATURE);
    otherTime.put("webhook-timestamp", "1614265331");

    assertThat(refusal(webhooks, NEWS, otherId)).isEqualTo(Reason.SIGNATURE_MISMATCH);
    assertThat(refusal(webhooks, NEWS, otherTime)).isEqualTo(Reason.SIGNATURE_MISMATCH);
    assertThat(refusal(webhooks, NEWS + " ", headers(NEWS_SIGNATURE)))
        .isEqualTo(Reason.SIGNATURE_MISMATCH);
    assertThat(refusal(webhooks, NEWS.replace("1.50", "1.5"), headers(NEWS_SIGNATURE)))
        .isEqualTo(Reason.SIGNATURE_MISMATCH);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not json",
        "[]",
        "null",
        "{\"type\":7}",
        "{\"type\":\"message.received\"}",
        "{\"type\":\"moon.rose\"} {}"
      })
  void aBodyThatIsNoEventIsSaidToBe(String body) throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();

    assertThat(refusal(at(THEN, publicKey(pair)), body, headers(v1a(pair, body))))
        .isEqualTo(Reason.NOT_AN_EVENT);
  }

  @Test
  void headersComeAsMapsOfListsInAnyCase() {
    Map<String, List<String>> headers =
        Map.of(
            "Webhook-Id",
            List.of(ID),
            "WEBHOOK-TIMESTAMP",
            List.of("1614265330"),
            "Webhook-Signature",
            List.of("v1,AAAA", NEWS_SIGNATURE));

    assertThat(at(THEN, SECRET).unwrap(NEWS, headers).type()).isEqualTo("moon.rose");
  }

  @ParameterizedTest
  @CsvSource({
    "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw, whsec_ or whpk_",
    "whsec_#, base64",
    "whsec_AAAA, '24 to 64 bytes, not 3'",
    "whpk_AAAA, '32 bytes, not 3'",
  })
  void aKeyThatIsNoneIsRefusedWithoutBeingRepeated(String key, String why) {
    assertThatThrownBy(() -> Webhooks.of(key))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining(key);
  }

  @Test
  void keysComeFromTheEnvironment() {
    Map<String, String> variables =
        Map.of(
            "CHATFLOW_API_KEY", "cf_test_1",
            "CHATFLOW_BASE_URL", "https://chatflow.example.com",
            "CHATFLOW_WEBHOOK_SECRET", OTHER + " " + SECRET);
    String now = Long.toString(Instant.now().getEpochSecond());
    Map<String, String> headers = headers("v1,AAAA");
    headers.put("webhook-timestamp", now);

    ChatFlowClient client = ChatFlowClient.builder().environment(variables).build();

    assertThat(refusal(client.webhooks(), NEWS, headers)).isEqualTo(Reason.SIGNATURE_MISMATCH);
    assertThat(refusal(Webhooks.from(variables), NEWS, headers))
        .isEqualTo(Reason.SIGNATURE_MISMATCH);
    ChatFlowClient without =
        ChatFlowClient.builder()
            .apiKey("cf_test_1")
            .baseUrl("https://chatflow.example.com")
            .build();
    assertThatThrownBy(without::webhooks)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("CHATFLOW_WEBHOOK_SECRET");
    assertThatThrownBy(() -> Webhooks.from(Map.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("CHATFLOW_WEBHOOK_SECRET");
  }

  private static Webhooks at(Instant now, String... keys) {
    Webhooks.Builder builder = Webhooks.builder().time(InstantSource.fixed(now));
    Arrays.stream(keys).forEach(builder::key);
    return builder.build();
  }

  private static Reason refusal(Webhooks webhooks, String body, Map<String, String> headers) {
    return catchThrowableOfType(
            WebhookVerificationException.class, () -> webhooks.unwrap(body, headers))
        .reason();
  }

  private static Map<String, String> headers(String signature) {
    Map<String, String> headers = new TreeMap<>();
    headers.put("webhook-id", ID);
    headers.put("webhook-timestamp", Long.toString(THEN.getEpochSecond()));
    headers.put("webhook-signature", signature);
    return headers;
  }

  private static String publicKey(KeyPair pair) {
    byte[] encoded = pair.getPublic().getEncoded();
    byte[] raw = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    return "whpk_" + Base64.getEncoder().encodeToString(raw);
  }

  private static String v1a(KeyPair pair, String body) throws Exception {
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(pair.getPrivate());
    signature.update(
        (ID + "." + THEN.getEpochSecond() + "." + body).getBytes(StandardCharsets.UTF_8));
    return "v1a," + Base64.getEncoder().encodeToString(signature.sign());
  }
}

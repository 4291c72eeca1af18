package ai.chatflow.channels.twiliosms;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.channels.SendOutcome;
import ai.chatflow.channels.twiliosms.TwilioClient.Reply;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class TwilioErrorsTest {
  /// Every code of the table: the status that it comes with, and what it means.
  static final List<String> KNOWN =
      List.of(
          "429 20429 Throttled rate_limited",
          "429 63017 Throttled rate_limited",
          "400 63018 Throttled rate_limited",
          "429 63038 Throttled rate_limited",
          "400 14107 Throttled-pair rate_limited",
          "400 30022 Throttled rate_limited",
          "401 20003 ChannelDown channel_unauthorized",
          "404 20404 ChannelDown channel_unauthorized",
          "403 20403 ChannelDown channel_restricted",
          "403 10001 ChannelDown channel_restricted",
          "403 20005 ChannelDown channel_restricted",
          "403 30002 ChannelDown channel_restricted",
          "400 21212 ChannelDown channel_restricted",
          "400 21601 ChannelDown channel_restricted",
          "400 21660 ChannelDown channel_restricted",
          "400 21661 ChannelDown channel_restricted",
          "404 21701 ChannelDown channel_restricted",
          "400 21703 ChannelDown channel_restricted",
          "400 21704 ChannelDown channel_restricted",
          "400 21705 ChannelDown channel_restricted",
          "400 21609 ChannelDown channel_restricted",
          "400 21606 Failed channel_restricted",
          "400 21659 Failed channel_restricted",
          "400 21408 Failed channel_restricted",
          "400 21608 Failed channel_restricted",
          "400 30010 Failed channel_restricted",
          "400 30032 Failed channel_restricted",
          "400 30034 Failed channel_restricted",
          "400 21610 Failed opted_out",
          "400 21211 Failed recipient_invalid",
          "400 21265 Failed recipient_invalid",
          "400 21266 Failed recipient_invalid",
          "400 21604 Failed recipient_invalid",
          "400 21614 Failed recipient_invalid",
          "400 21635 Failed recipient_invalid",
          "400 30005 Failed recipient_invalid",
          "400 30006 Failed recipient_invalid",
          "400 21612 Failed recipient_unreachable",
          "400 30003 Retry recipient_unreachable",
          "400 30004 Failed recipient_unreachable",
          "400 63016 Failed window_closed",
          "400 21602 Failed content_rejected",
          "400 21617 Failed content_rejected",
          "400 21619 Failed content_rejected",
          "400 30007 Failed content_rejected",
          "400 30036 Failed expired",
          "503 20503 Retry provider_unavailable",
          "503 30001 Retry provider_unavailable",
          "400 30008 Retry provider_error",
          "400 30410 Retry provider_unavailable");

  @ParameterizedTest
  @FieldSource("KNOWN")
  void everyCodeHasItsOutcome(String line) {
    String[] parts = line.split(" ", 3);
    int code = Integer.parseInt(parts[1]);
    var refused = new Reply.Refused(Integer.parseInt(parts[0]), code, "No.", Duration.ofSeconds(3));

    assertThat(described(TwilioErrors.outcome(refused))).isEqualTo(parts[2]);

    var undelivered = TwilioErrors.undelivered(parts[1], null);
    assertThat(undelivered.code().value()).isEqualTo(parts[2].split(" ", 2)[1]);
    assertThat(undelivered.providerCode()).isEqualTo(parts[1]);
    assertThat(undelivered.detail()).isNotBlank();
  }

  @Test
  void everyLineOfTheTableIsTried() {
    assertThat(KNOWN.stream().map(line -> Integer.parseInt(line.split(" ", 3)[1])))
        .containsExactlyInAnyOrderElementsOf(TwilioErrors.codes());
  }

  @ParameterizedTest
  @CsvSource({
    "429, 0, Throttled rate_limited",
    "429, 12345, Throttled rate_limited",
    "401, 0, ChannelDown channel_unauthorized",
    "400, 12345, Failed provider_error",
    "404, 0, Failed provider_error",
    "302, 0, Retry provider_error",
    "503, 0, Retry provider_unavailable",
  })
  void anUnknownCodeIsJudgedByTheStatus(int status, int code, String expected) {
    var refused = new Reply.Refused(status, code, "No.", Duration.ofSeconds(3));

    assertThat(described(TwilioErrors.outcome(refused))).isEqualTo(expected);
  }

  @Test
  void theReasonIsTwiliosOwn() {
    var known = TwilioErrors.error(new Reply.Refused(400, 21211, "Invalid 'To'", null));
    var bare = TwilioErrors.error(new Reply.Refused(418, 0, "HTTP 418", null));

    assertThat(known.detail()).isEqualTo("Invalid 'To'");
    assertThat(known.providerCode()).isEqualTo("21211");
    assertThat(known.retryable()).isFalse();
    assertThat(bare.providerCode()).isEqualTo("418");
    assertThat(TwilioErrors.undelivered("99999", null).detail()).isEqualTo("Twilio's error 99999");
    assertThat(TwilioErrors.undelivered(null, null).detail()).isEqualTo("Twilio gave no reason.");
    assertThat(TwilioErrors.undelivered("nonsense", "Why").detail()).isEqualTo("Why");
  }

  private static String described(SendOutcome outcome) {
    return switch (outcome) {
      case SendOutcome.Retry(var error, var after) -> {
        assertThat(after).isEqualTo(Duration.ofSeconds(3));
        assertThat(error.retryable()).isTrue();
        yield "Retry " + error.code();
      }
      case SendOutcome.Throttled(var error, var after, boolean pairOnly) -> {
        assertThat(after).isEqualTo(Duration.ofSeconds(3));
        assertThat(error.retryable()).isTrue();
        yield (pairOnly ? "Throttled-pair " : "Throttled ") + error.code();
      }
      case SendOutcome.ChannelDown(var error) -> "ChannelDown " + error.code();
      case SendOutcome.Failed(var error) -> "Failed " + error.code();
      default -> outcome.toString();
    };
  }
}

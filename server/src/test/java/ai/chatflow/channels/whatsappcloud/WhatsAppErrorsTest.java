package ai.chatflow.channels.whatsappcloud;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.channels.SendOutcome;
import ai.chatflow.channels.wire.Json;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WhatsAppErrorsTest {
  @ParameterizedTest
  @CsvSource({
    "200, 1, Retry provider_unavailable",
    "500, 2, Retry provider_unavailable",
    "400, 131000, Retry provider_error",
    "400, 131016, Retry provider_unavailable",
    "400, 131053, Retry provider_error",
    "400, 131057, Retry provider_unavailable",
    "400, 133004, Retry provider_unavailable",
    "500, 999999, Retry provider_unavailable",
    "503, 999999, Retry provider_unavailable",
    "400, 4, Throttled rate_limited",
    "400, 80007, Throttled rate_limited",
    "429, 130429, Throttled rate_limited",
    "400, 131048, Throttled rate_limited",
    "400, 131056, Throttled for one person rate_limited",
    "400, 132069, Throttled rate_limited",
    "429, 999999, Throttled rate_limited",
    "401, 0, ChannelDown channel_unauthorized",
    "400, 3, ChannelDown channel_unauthorized",
    "403, 10, ChannelDown channel_unauthorized",
    "401, 190, ChannelDown channel_unauthorized",
    "403, 200, ChannelDown channel_unauthorized",
    "403, 299, ChannelDown channel_unauthorized",
    "403, 368, ChannelDown channel_restricted",
    "403, 131031, ChannelDown channel_restricted",
    "400, 131042, ChannelDown channel_restricted",
    "400, 131045, ChannelDown channel_restricted",
    "400, 133010, ChannelDown channel_restricted",
    "401, 999999, ChannelDown channel_unauthorized",
    "400, 100, Failed content_rejected",
    "400, 131008, Failed content_rejected",
    "400, 131009, Failed content_rejected",
    "400, 131021, Failed recipient_invalid",
    "400, 131026, Failed recipient_unreachable",
    "400, 131047, Failed window_closed",
    "400, 131049, Failed rate_limited",
    "400, 131050, Failed opted_out",
    "400, 131051, Failed content_rejected",
    "400, 131052, Failed content_rejected",
    "400, 132000, Failed template_invalid",
    "400, 132015, Failed template_paused",
    "400, 132016, Failed template_invalid",
    "400, 132068, Failed template_invalid",
    "400, 135000, Failed provider_error",
    "400, 999999, Failed provider_error",
    "404, 132017, Failed provider_error",
  })
  void everyCodeHasItsOutcome(int httpStatus, int code, String expected) {
    var error = Json.MAPPER.createObjectNode().put("code", code).put("message", "Because.");

    SendOutcome outcome = WhatsAppErrors.outcome(httpStatus, error, Duration.ofSeconds(3));

    assertThat(described(outcome)).isEqualTo(expected);
  }

  @Test
  void theMostTellingTextIsKept() {
    var error = Json.MAPPER.createObjectNode().put("code", 131047).put("title", "Re-engagement");
    error
        .put("message", "(#131047) Re-engagement")
        .putObject("error_data")
        .put("details", "24 hours");

    var reason = WhatsAppErrors.messageError(error);

    assertThat(reason.detail()).isEqualTo("24 hours");
    assertThat(reason.providerCode()).isEqualTo("131047");
    assertThat(reason.retryable()).isFalse();
  }

  private static String described(SendOutcome outcome) {
    return switch (outcome) {
      case SendOutcome.Retry(var error, var after) -> {
        assertThat(after).isEqualTo(Duration.ofSeconds(3));
        yield "Retry " + error.code();
      }
      case SendOutcome.Throttled(var error, _, boolean pairOnly) ->
          "Throttled " + (pairOnly ? "for one person " : "") + error.code();
      case SendOutcome.ChannelDown(var error) -> "ChannelDown " + error.code();
      case SendOutcome.Failed(var error) -> "Failed " + error.code();
      default -> outcome.toString();
    };
  }
}

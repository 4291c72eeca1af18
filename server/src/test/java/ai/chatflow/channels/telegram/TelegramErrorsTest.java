package ai.chatflow.channels.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.channels.SendOutcome;
import ai.chatflow.channels.telegram.TelegramClient.Reply;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TelegramErrorsTest {
  @ParameterizedTest
  @CsvSource({
    "429, Too Many Requests: retry after 3, Throttled rate_limited",
    "420, FLOOD_WAIT_3, Throttled rate_limited",
    "401, Unauthorized, ChannelDown channel_unauthorized",
    "404, Not Found, ChannelDown channel_unauthorized",
    "403, Forbidden: bot was blocked by the user, Failed opted_out",
    "403, Forbidden: user is deactivated, Failed recipient_unreachable",
    "403, Forbidden: bot can't initiate conversation with a user, Failed recipient_unreachable",
    "403, Forbidden: bot was kicked from the supergroup chat, Failed recipient_unreachable",
    "403, Forbidden: bot can't send messages to bots, Failed recipient_invalid",
    "400, Bad Request: chat not found, Failed recipient_invalid",
    "400, Bad Request: user not found, Failed recipient_invalid",
    "400, Bad Request: PEER_ID_INVALID, Failed recipient_invalid",
    "400, Bad Request: chat_id is empty, Failed recipient_invalid",
    "400, Bad Request: USER_IS_BLOCKED, Failed opted_out",
    "400, Bad Request: INPUT_USER_DEACTIVATED, Failed recipient_unreachable",
    "400, Bad Request: group chat was upgraded to a supergroup chat, Failed recipient_unreachable",
    "400, Bad Request: not enough rights to send text messages, Failed recipient_unreachable",
    "400, Bad Request: have no rights to send a message, Failed recipient_unreachable",
    "400, Bad Request: CHAT_WRITE_FORBIDDEN, Failed recipient_unreachable",
    "400, Bad Request: message is too long, Failed content_rejected",
    "400, Bad Request: wrong file identifier/HTTP URL specified, Failed content_rejected",
    "400, Bad Request: BUTTON_DATA_INVALID, Failed content_rejected",
    "413, Request Entity Too Large, Failed content_rejected",
    "409, Conflict, Failed provider_error",
    "302, HTTP 302, Retry provider_error",
    "500, Internal Server Error, Retry provider_unavailable",
    "503, Service Unavailable, Retry provider_unavailable",
  })
  void everyRefusalHasItsOutcome(int code, String description, String expected) {
    var refused = new Reply.Refused(code, description, Duration.ofSeconds(3));

    assertThat(described(TelegramErrors.outcome(refused, false))).isEqualTo(expected);
  }

  @Test
  void theReasonIsTelegramsOwn() {
    var error = TelegramErrors.error(new Reply.Refused(400, "Bad Request: no", null));

    assertThat(error.detail()).isEqualTo("Bad Request: no");
    assertThat(error.providerCode()).isEqualTo("400");
    assertThat(error.retryable()).isFalse();
  }

  @Test
  void whatIsTooFastForAGroupSlowsOnlyThatGroup() {
    var refused = new Reply.Refused(429, "Too Many Requests", Duration.ofSeconds(30));

    assertThat(TelegramErrors.outcome(refused, true))
        .isInstanceOfSatisfying(
            SendOutcome.Throttled.class, throttled -> assertThat(throttled.pairOnly()).isTrue());
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
        assertThat(pairOnly).isFalse();
        yield "Throttled " + error.code();
      }
      case SendOutcome.ChannelDown(var error) -> "ChannelDown " + error.code();
      case SendOutcome.Failed(var error) -> "Failed " + error.code();
      default -> outcome.toString();
    };
  }
}

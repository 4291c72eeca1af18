package ai.chatflow.platform.ids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.testing.Seeds;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TypedIdTest {
  private static final UUID VALUE = UUID.fromString("0188bac7-4afa-78aa-bc3b-bd1eef28d881");
  private static final int RUNS = 1_000;

  @Test
  void theTextFormIsTheOneOfTheTypeIdSpecification() {
    assertThat(new MessageId(VALUE)).hasToString("msg_01h2xcejqtf2nbrexx3vqjhp41");
  }

  @Test
  void everyKindOfIdComesBackFromItsText() {
    Stream.<TypedId>of(
            OrganizationId.fromString(new OrganizationId(VALUE).toString()),
            WorkspaceId.fromString(new WorkspaceId(VALUE).toString()),
            ApiKeyId.fromString(new ApiKeyId(VALUE).toString()),
            ChannelId.fromString(new ChannelId(VALUE).toString()),
            HookId.fromString(new HookId(VALUE).toString()),
            ContactId.fromString(new ContactId(VALUE).toString()),
            ConversationId.fromString(new ConversationId(VALUE).toString()),
            MessageId.fromString(new MessageId(VALUE).toString()),
            FlowId.fromString(new FlowId(VALUE).toString()),
            FlowSessionId.fromString(new FlowSessionId(VALUE).toString()),
            OperationId.fromString(new OperationId(VALUE).toString()),
            MessageTemplateId.fromString(new MessageTemplateId(VALUE).toString()),
            EventId.fromString(new EventId(VALUE).toString()))
        .forEach(id -> assertThat(id.value()).isEqualTo(VALUE));
  }

  @Test
  void everyValueComesBackFromItsText() {
    long seed = Seeds.next("TypedIdTest");
    var random = new SplittableRandom(seed);
    for (int run = 0; run < RUNS; run++) {
      var id = new ContactId(new UUID(bits(random), bits(random)));

      assertThat(ContactId.fromString(id.toString())).as("seed %d", seed).isEqualTo(id);
    }
  }

  /// Any number, the smallest, the largest and none at all more often than chance would have it.
  private static long bits(SplittableRandom random) {
    return switch (random.nextInt(8)) {
      case 0 -> 0;
      case 1 -> -1;
      case 2 -> Long.MAX_VALUE >>> random.nextInt(63);
      default -> random.nextLong();
    };
  }

  @Test
  void anIdOfAnotherKindIsRefused() {
    var contact = new ContactId(VALUE).toString();

    assertThatThrownBy(() -> MessageId.fromString(contact))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("msg_");
  }

  @Test
  void textThatIsNoIdIsRefused() {
    Stream.of("", "msg", "msg_", "msg_short", "01h2xcejqtf2nbrexx3vqjhp41", VALUE.toString())
        .forEach(
            text ->
                assertThatThrownBy(() -> MessageId.fromString(text))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class));
  }

  @Test
  void jsonHoldsTheTextForm() throws Exception {
    var json = new ObjectMapper();
    var id = new WorkspaceId(VALUE);

    assertThat(json.writeValueAsString(id)).isEqualTo("\"" + id + "\"");
    assertThat(json.readValue("\"" + id + "\"", WorkspaceId.class)).isEqualTo(id);
  }
}

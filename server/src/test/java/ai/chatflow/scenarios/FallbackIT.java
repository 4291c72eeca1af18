package ai.chatflow.scenarios;

import static ai.chatflow.scenarios.Refusals.pointers;
import static ai.chatflow.scenarios.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.model.ButtonReplyContent;
import ai.chatflow.sdk.model.ButtonsContent;
import ai.chatflow.sdk.model.ButtonsNode;
import ai.chatflow.sdk.model.ContentSupport;
import ai.chatflow.sdk.model.ContentSupportSupport;
import ai.chatflow.sdk.model.CreateChannelRequest;
import ai.chatflow.sdk.model.CreateFlowRequest;
import ai.chatflow.sdk.model.FlowButton;
import ai.chatflow.sdk.model.FlowDefinition;
import ai.chatflow.sdk.model.FlowSessionStatus;
import ai.chatflow.sdk.model.KeywordTrigger;
import ai.chatflow.sdk.model.ListContent;
import ai.chatflow.sdk.model.ListReplyContent;
import ai.chatflow.sdk.model.ListRow;
import ai.chatflow.sdk.model.ListSection;
import ai.chatflow.sdk.model.Message;
import ai.chatflow.sdk.model.MessageAdaptation;
import ai.chatflow.sdk.model.MessageAdaptationReason;
import ai.chatflow.sdk.model.MessageContent;
import ai.chatflow.sdk.model.MessageFallback;
import ai.chatflow.sdk.model.MessageNode;
import ai.chatflow.sdk.model.MessageRecipient;
import ai.chatflow.sdk.model.MessageStatus;
import ai.chatflow.sdk.model.ProblemCode;
import ai.chatflow.sdk.model.ReplyButton;
import ai.chatflow.sdk.model.SandboxCapabilities;
import ai.chatflow.sdk.model.SandboxConfig;
import ai.chatflow.sdk.model.SandboxConfigInput;
import ai.chatflow.sdk.model.SendMessageRequest;
import ai.chatflow.sdk.model.SendableContent;
import ai.chatflow.sdk.model.SendableType;
import ai.chatflow.sdk.model.TextContent;
import ai.chatflow.sdk.model.UpdateChannelRequest;
import ai.chatflow.testing.Inhabited;
import ai.chatflow.testing.TestWorkspace;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What becomes of buttons on a handset that only knows text.
class FallbackIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static ChatFlowClient client;
  private static String textOnly;
  private static String rich;

  @BeforeAll
  static void connect() {
    client = WORKSPACE.client();
    textOnly = sandbox("Text only", SandboxCapabilities.SMS);
    rich = Inhabited.sandbox(client, "Rich");
  }

  @Test
  void aChannelSaysWhatItCarriesAndHowMuch() {
    var sms = client.channels().getCapabilities(textOnly);
    var whatsApp = client.channels().getCapabilities(rich);

    assertThat(sms.channelId()).isEqualTo(textOnly);
    assertThat(sms.limits().text()).isEqualTo(1_600);
    assertThat(sms.limits().buttons()).isEmpty();
    assertThat(sms.windowSeconds()).isEmpty();
    assertThat(support(sms.types(), SendableType.TEXT).support())
        .isEqualTo(ContentSupportSupport.NATIVE);
    assertThat(support(sms.types(), SendableType.BUTTONS).adaptedTo()).contains(SendableType.TEXT);
    assertThat(support(sms.types(), SendableType.TEMPLATE).support())
        .isEqualTo(ContentSupportSupport.UNSUPPORTED);
    assertThat(whatsApp.types())
        .hasSameSizeAs(sms.types())
        .allMatch(type -> type.support().equals(ContentSupportSupport.NATIVE));
    assertThat(whatsApp.limits().list().orElseThrow().rows()).isEqualTo(10);
  }

  @Test
  void buttonsReachATextOnlyHandsetAsNumberedText() {
    var phone = "+16505557001";

    var accepted = client.messages().send(to(textOnly, phone, yesOrNo()).build());
    var delivered = Inhabited.awaitStatus(client, accepted.id(), MessageStatus.DELIVERED);

    assertThat(received(textOnly, phone))
        .containsExactly(text("Keep your appointment?\n\n1. Yes\n2. No"));
    for (Message shown : List.of(accepted, delivered)) {
      assertThat(shown.content()).isEqualTo(yesOrNo());
      assertThat(shown.adapted())
          .contains(
              List.of(
                  MessageAdaptation.builder()
                      .from(SendableType.BUTTONS)
                      .to(SendableType.TEXT)
                      .reason(MessageAdaptationReason.NOT_SUPPORTED)
                      .build()));
    }
    var listed = client.messages().list(p -> p.conversationId(accepted.conversationId())).data();
    assertThat(listed).extracting(Message::adapted).containsExactly(delivered.adapted());
  }

  @Test
  void moreButtonsThanTheChannelHasBecomeAList() {
    var phone = "+16505557002";

    var accepted = client.messages().send(to(rich, phone, sizes(4, "Size")).build());
    Inhabited.awaitStatus(client, accepted.id(), MessageStatus.DELIVERED);

    assertThat(received(rich, phone)).hasOnlyElementsOfType(ListContent.class).hasSize(1);
    assertThat(accepted.adapted().orElseThrow())
        .singleElement()
        .satisfies(
            adapted -> {
              assertThat(adapted.to()).isEqualTo(SendableType.LIST);
              assertThat(adapted.reason()).isEqualTo(MessageAdaptationReason.TOO_MANY);
              assertThat(adapted.limit()).hasValue(3);
            });
  }

  @Test
  void whatTheChannelCarriesIsNotTouched() {
    var phone = "+16505557003";

    var accepted = client.messages().send(to(rich, phone, yesOrNo()).build());
    Inhabited.awaitStatus(client, accepted.id(), MessageStatus.DELIVERED);

    assertThat(accepted.adapted()).isEmpty();
    assertThat(received(rich, phone)).containsExactly(yesOrNo());
  }

  @Test
  void whoWantsNoOtherFormIsTold() {
    var asItIs = to(textOnly, "+16505557004", yesOrNo()).fallback(MessageFallback.REFUSE).build();
    var tooMany = to(rich, "+16505557004", sizes(4, "S")).fallback(MessageFallback.REFUSE).build();

    assertThat(pointers(refused(asItIs))).containsExactly("/content/type");
    assertThat(pointers(refused(tooMany))).containsExactly("/content/buttons");
  }

  @Test
  void whatIsTooLongInItsOtherFormIsRefusedByTheNumber() {
    var rows =
        IntStream.range(0, 10)
            .mapToObj(i -> ListRow.builder().id("r" + i).title("Row " + i).build())
            .toList();
    var list =
        ListContent.builder()
            .text("x".repeat(1_550))
            .button("Open")
            .sections(List.of(ListSection.builder().rows(rows).build()))
            .build();

    var refusal = refused(to(textOnly, "+16505557005", list).build());

    assertThat(pointers(refusal)).containsExactly("/content");
    assertThat(refusal.errors().getFirst().detail()).contains("1642").contains("1600");
  }

  @Test
  void aMessageLeavesInTheFormThatItWasAcceptedIn() {
    var phone = "+16505557006";
    var changing = sandbox("Changing", SandboxCapabilities.SMS);
    var before = client.messages().send(to(changing, phone, yesOrNo()).build());
    Inhabited.awaitStatus(client, before.id(), MessageStatus.DELIVERED);

    var changed =
        client
            .channels()
            .update(
                changing,
                UpdateChannelRequest.builder()
                    .config(SandboxConfigInput.builder().build())
                    .build());
    var after = client.messages().send(to(changing, phone, yesOrNo()).build());
    Inhabited.awaitStatus(client, after.id(), MessageStatus.DELIVERED);

    assertThat(((SandboxConfig) changed.config()).capabilities()).isEmpty();
    assertThat(after.adapted()).isEmpty();
    assertThat(received(changing, phone))
        .containsExactly(yesOrNo(), text("Keep your appointment?\n\n1. Yes\n2. No"));
  }

  @Test
  void aTypedNumberIsThePressedButton() {
    var phone = "+16505557007";
    var asked = delivered(textOnly, phone, yesOrNo());

    var answer = Inhabited.write(client, textOnly, phone, " 2. ");

    assertThat(answer.content())
        .isEqualTo(ButtonReplyContent.builder().id("cancel").title("No").typedText(" 2. ").build());
    assertThat(answer.context().orElseThrow().replyToMessageId()).contains(asked.id());
    assertThat(client.messages().get(answer.id())).isEqualTo(answer);
    assertThat(Inhabited.write(client, textOnly, phone, "YES").content())
        .isEqualTo(ButtonReplyContent.builder().id("keep").title("Yes").typedText("YES").build());
    assertThat(Inhabited.write(client, textOnly, phone, "3").content()).isEqualTo(text("3"));
    assertThat(Inhabited.write(client, textOnly, phone, "When?").content())
        .isEqualTo(text("When?"));
  }

  @Test
  void aTypedTitleIsTheChosenRow() {
    var phone = "+16505557008";
    var rows =
        List.of(
            ListRow.builder().id("s").title("Small").description("to 10 kg").build(),
            ListRow.builder().id("l").title("Large").build());
    delivered(
        textOnly,
        phone,
        ListContent.builder()
            .text("Which?")
            .button("Open")
            .sections(List.of(ListSection.builder().rows(rows).build()))
            .build());

    var answer = Inhabited.write(client, textOnly, phone, "small");

    assertThat(answer.content())
        .isEqualTo(
            ListReplyContent.builder()
                .id("s")
                .title("Small")
                .description("to 10 kg")
                .typedText("small")
                .build());
  }

  @Test
  void onlyWhatWasAskedLastIsAnswered() {
    var phone = "+16505557009";
    delivered(textOnly, phone, yesOrNo());
    delivered(textOnly, phone, text("How many of you come?"));
    var pressable = delivered(rich, phone, yesOrNo());

    assertThat(Inhabited.write(client, textOnly, phone, "2").content()).isEqualTo(text("2"));
    assertThat(Inhabited.write(client, rich, phone, "2").content()).isEqualTo(text("2"));
    assertThat(pressable.adapted()).isEmpty();
  }

  @Test
  void aFlowGoesOnAsIfTheButtonHadBeenPressed() {
    var phone = "+16505557010";
    var flow =
        client
            .flows()
            .create(
                CreateFlowRequest.builder().name("Appointment").definition(appointment()).build())
            .id();
    client.flows().publish(flow);

    Inhabited.write(client, textOnly, phone, "appointment");
    awaitReceived(phone, "Keep it?\n\n1. Yes\n2. No");
    var answer = Inhabited.write(client, textOnly, phone, "2");
    awaitReceived(phone, "Cancelled.");

    assertThat(answer.content())
        .isEqualTo(ButtonReplyContent.builder().id("cancel").title("No").typedText("2").build());
  }

  @Test
  void aFlowThatSaysWhatTheChannelCarriesInNoFormFailsAndSaysWhy() {
    var definition =
        FlowDefinition.builder()
            .triggers(List.of(KeywordTrigger.builder().keywords(List.of("story")).build()))
            .start("ask")
            .nodes(
                List.of(
                    ButtonsNode.builder()
                        .id("ask")
                        .text("x".repeat(1_600))
                        .buttons(List.of(FlowButton.builder().id("a").title("A").build()))
                        .build()))
            .build();
    var flow =
        client
            .flows()
            .create(CreateFlowRequest.builder().name("Story").definition(definition).build())
            .id();
    client.flows().publish(flow);

    Inhabited.write(client, textOnly, "+16505557011", "story");

    var session =
        await()
            .atMost(Duration.ofSeconds(10))
            .until(
                () -> client.flowSessions().list(p -> p.flowId(flow)).data(),
                sessions -> !sessions.isEmpty())
            .getFirst();
    assertThat(session.status()).isEqualTo(FlowSessionStatus.FAILED);
    assertThat(session.failure().orElseThrow()).contains("buttons", "1606", "1600");
    assertThat(received(textOnly, "+16505557011")).isEmpty();
  }

  private static FlowDefinition appointment() {
    return FlowDefinition.builder()
        .triggers(List.of(KeywordTrigger.builder().keywords(List.of("appointment")).build()))
        .start("ask")
        .nodes(
            List.of(
                ButtonsNode.builder()
                    .id("ask")
                    .text("Keep it?")
                    .buttons(
                        List.of(
                            FlowButton.builder().id("keep").title("Yes").next("kept").build(),
                            FlowButton.builder().id("cancel").title("No").next("gone").build()))
                    .build(),
                MessageNode.builder().id("kept").content(text("Kept.")).build(),
                MessageNode.builder().id("gone").content(text("Cancelled.")).build()))
        .build();
  }

  private static void awaitReceived(String phone, String text) {
    await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () -> {
              var latest = client.sandbox().listMessages(textOnly, p -> p.to(phone)).data();
              assertThat(latest).isNotEmpty();
              assertThat(latest.getFirst().content()).isEqualTo(text(text));
              assertThat(client.messages().get(latest.getFirst().messageId()).status())
                  .isEqualTo(MessageStatus.DELIVERED);
            });
  }

  private static Message delivered(String channel, String phone, SendableContent content) {
    var accepted = client.messages().send(to(channel, phone, content).build());
    return Inhabited.awaitStatus(client, accepted.id(), MessageStatus.DELIVERED);
  }

  private static ai.chatflow.sdk.errors.ApiException refused(SendMessageRequest request) {
    return refusal(422, ProblemCode.CONTENT_NOT_SUPPORTED, () -> client.messages().send(request));
  }

  private static String sandbox(String name, SandboxCapabilities capabilities) {
    var config = SandboxConfigInput.builder().capabilities(capabilities).build();
    return client
        .channels()
        .create(CreateChannelRequest.builder().name(name).config(config).build())
        .id();
  }

  private static ContentSupport support(List<ContentSupport> types, SendableType type) {
    return types.stream().filter(one -> one.type().equals(type)).findFirst().orElseThrow();
  }

  private static SendMessageRequest.Builder to(
      String channel, String phone, SendableContent content) {
    return SendMessageRequest.builder()
        .channelId(channel)
        .to(MessageRecipient.builder().phone(phone).build())
        .content(content);
  }

  /// Newest first.
  private static List<MessageContent> received(String channel, String phone) {
    return client.sandbox().listMessages(channel, p -> p.to(phone)).data().stream()
        .map(message -> message.content())
        .toList();
  }

  private static ButtonsContent yesOrNo() {
    return ButtonsContent.builder()
        .text("Keep your appointment?")
        .buttons(List.of(button("keep", "Yes"), button("cancel", "No")))
        .build();
  }

  private static ButtonsContent sizes(int count, String title) {
    return ButtonsContent.builder()
        .text("Which?")
        .buttons(IntStream.range(0, count).mapToObj(i -> button("b" + i, title + " " + i)).toList())
        .build();
  }

  private static ReplyButton button(String id, String title) {
    return ReplyButton.builder().id(id).title(title).build();
  }

  private static TextContent text(String text) {
    return TextContent.builder().text(text).build();
  }
}

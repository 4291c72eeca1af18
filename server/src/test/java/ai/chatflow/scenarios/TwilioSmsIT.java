package ai.chatflow.scenarios;

import static ai.chatflow.scenarios.Refusals.pointers;
import static ai.chatflow.scenarios.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.model.ButtonReplyContent;
import ai.chatflow.sdk.model.ButtonsContent;
import ai.chatflow.sdk.model.Channel;
import ai.chatflow.sdk.model.ChannelConfigInput;
import ai.chatflow.sdk.model.ChannelStatus;
import ai.chatflow.sdk.model.Contact;
import ai.chatflow.sdk.model.ContactCard;
import ai.chatflow.sdk.model.ContactCardName;
import ai.chatflow.sdk.model.ContactIdentityKind;
import ai.chatflow.sdk.model.ContactsContent;
import ai.chatflow.sdk.model.CreateChannelRequest;
import ai.chatflow.sdk.model.CtaUrlContent;
import ai.chatflow.sdk.model.DocumentContent;
import ai.chatflow.sdk.model.ImageContent;
import ai.chatflow.sdk.model.ListContent;
import ai.chatflow.sdk.model.ListReplyContent;
import ai.chatflow.sdk.model.ListRow;
import ai.chatflow.sdk.model.ListSection;
import ai.chatflow.sdk.model.LocationContent;
import ai.chatflow.sdk.model.Message;
import ai.chatflow.sdk.model.MessageErrorCode;
import ai.chatflow.sdk.model.MessageRecipient;
import ai.chatflow.sdk.model.MessageStatus;
import ai.chatflow.sdk.model.ProblemCode;
import ai.chatflow.sdk.model.ReactionContent;
import ai.chatflow.sdk.model.ReplyButton;
import ai.chatflow.sdk.model.SendMessageRequest;
import ai.chatflow.sdk.model.SendableContent;
import ai.chatflow.sdk.model.TemplateContent;
import ai.chatflow.sdk.model.TextContent;
import ai.chatflow.sdk.model.TwilioSmsConfigInput;
import ai.chatflow.sdk.model.UpdateChannelRequest;
import ai.chatflow.testing.Inhabited;
import ai.chatflow.testing.TestWorkspace;
import ai.chatflow.testing.twilio.TwilioAccount;
import ai.chatflow.testing.twilio.TwilioFault;
import ai.chatflow.testing.twilio.TwilioForms;
import ai.chatflow.testing.twilio.TwilioLog;
import ai.chatflow.testing.twilio.TwilioSigner;
import ai.chatflow.testing.twilio.TwilioSimulator;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// SMS through Twilio, with a simulated REST API at the other end.
class TwilioSmsIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static final String ACCOUNT = "AC00000000000000000000000000005e5d";
  private static final String TOKEN = "feedfeedfeedfeedfeedfeedfeedfeed";
  private static final String FROM = "+15550783881";
  private static final String SEND = "POST Messages.json";
  private static final AtomicLong PEOPLE = new AtomicLong(16_505_570_000L);

  private static ChatFlowClient client;
  private static TwilioSimulator twilio;
  private static TwilioAccount account;
  private static Channel channel;

  @BeforeAll
  static void connect() {
    client = WORKSPACE.client();
    twilio = WORKSPACE.server().twilio();
    account = twilio.plays(ACCOUNT, TOKEN).owns(FROM);
    channel = client.channels().connect(created(from(FROM)).id());
  }

  @Test
  void connectingMakesTheNumberPostToUs() {
    assertThat(channel.status()).isEqualTo(ChannelStatus.CONNECTED);
    assertThat(channel.sendRatePerSecond()).isEqualTo(10);
    assertThat(channel.config().toString()).contains(ACCOUNT, FROM).doesNotContain(TOKEN);
    assertThat(hook()).contains("/hooks/twilio-sms/hok_");
    assertThat(Objects.requireNonNull(account.number(FROM)).path("sms_url").asText())
        .isEqualTo(hook());
    assertThat(checks(channel)).contains("auth_token=pass", "number=pass", "subscription=pass");
  }

  @Test
  void whatPeopleSendIsShown() throws Exception {
    String person = person();
    String link = "https://api.twilio.com/2010-04-01/Accounts/" + ACCOUNT + "/Messages/MM1/Media/";
    var kinds = new LinkedHashMap<Map<String, String>, String>();
    kinds.put(text(person, "Hola 👍"), "text");
    kinds.put(text(person, ""), "unsupported");
    kinds.put(TwilioForms.media(text(person, "Blue"), link + "ME1", "image/jpeg"), "image");
    kinds.put(TwilioForms.media(text(person, ""), link + "ME2", "video/mp4"), "video");
    kinds.put(TwilioForms.media(text(person, ""), link + "ME3", "audio/amr"), "audio");
    kinds.put(TwilioForms.media(text(person, ""), link + "ME4", "text/vcard"), "document");
    for (var kind : kinds.entrySet()) {
      assertThat(twilio.receives(ACCOUNT, kind.getKey())).isEqualTo(200);
      var message = withId(person, kind.getKey().get("MessageSid"));

      assertThat(client.messages().get(message.id()).content().type()).isEqualTo(kind.getValue());
    }
    var identity = contact(person).identities().getFirst();
    assertThat(identity.kind()).isEqualTo(ContactIdentityKind.PHONE);
    assertThat(identity.value()).isEqualTo(person);
    var picture = (ImageContent) messages(person).get(3).content();
    assertThat(picture.url()).contains(link + "ME1");
    assertThat(picture.caption()).contains("Blue");
  }

  @Test
  void eachFileOfAMessageIsShown() throws Exception {
    String person = person();
    String link = "https://api.twilio.com/media/";
    var form =
        TwilioForms.media(text(person, "Both"), link + "1", "image/png", link + "2", "image/gif");

    for (int i = 0; i < 2; i++) {
      assertThat(twilio.receives(ACCOUNT, form)).isEqualTo(200);
    }

    assertThat(messages(person))
        .extracting(message -> ((ImageContent) message.content()).caption().orElse("-"))
        .containsExactlyInAnyOrder("Both", "-");
  }

  @Test
  void whatComesTwiceOrOutOfOrderIsOneMessageEach() throws Exception {
    String person = person();
    var first = text(person, "One");
    var second = text(person, "Two");
    for (var form : List.of(second, first, second, first)) {
      assertThat(twilio.receives(ACCOUNT, form)).isEqualTo(200);
    }

    assertThat(messages(person)).hasSize(2);
  }

  @Test
  void eachTypeThatCanBeSentArrivesAsText() throws Exception {
    String person = person();
    var contents = new LinkedHashMap<SendableContent, String>();
    contents.put(text("Olé"), "Olé");
    contents.put(
        ImageContent.builder().url("https://example.com/a.jpg").caption("Blue").build(),
        "Blue\nhttps://example.com/a.jpg");
    contents.put(
        DocumentContent.builder().url("https://example.com/a.pdf").filename("Bill").build(),
        "Bill\nhttps://example.com/a.pdf");
    contents.put(
        LocationContent.builder().latitude(41.5).longitude(2.25).name("Shop").build(),
        "Shop\nhttps://www.google.com/maps/search/?api=1&query=41.5,2.25");
    contents.put(
        CtaUrlContent.builder()
            .text("Soon?")
            .displayText("Book")
            .url("https://example.com/b")
            .build(),
        "Soon?\n\nBook: https://example.com/b");
    contents.put(
        ContactsContent.builder()
            .contacts(
                List.of(
                    ContactCard.builder()
                        .name(ContactCardName.builder().formattedName("Eva").build())
                        .build()))
            .build(),
        "Eva");
    for (var content : contents.entrySet()) {
      var sent = client.messages().send(to(person, content.getKey()));
      var accepted = Inhabited.awaitStatus(client, sent.id(), MessageStatus.SENT);

      var taken = twilio.log().sentTo(person).getLast();
      assertThat(taken.body()).isEqualTo(content.getValue());
      assertThat(taken.form()).containsEntry("From", FROM);
      assertThat(accepted.providerMessageId()).contains(taken.sid());
    }
  }

  @Test
  void buttonsAndListsAreNumberedAndTheTypedAnswerMapsBack() throws Exception {
    String person = person();
    assertThat(sent(person, buttons()).body()).isEqualTo("Keep it?\n\n1. Yes\n2. No");
    twilio.receives(ACCOUNT, text(person, " 2. "));
    var pressed = (ButtonReplyContent) messages(person).getFirst().content();
    assertThat(pressed.id()).isEqualTo("cancel");
    assertThat(pressed.typedText()).contains(" 2. ");

    assertThat(sent(person, list()).body()).isEqualTo("Which size?\n\n1. Small\n2. Large - 20 kg");
    twilio.receives(ACCOUNT, text(person, "large"));
    assertThat(((ListReplyContent) messages(person).getFirst().content()).id()).isEqualTo("l");
  }

  @Test
  void whatSmsCannotCarryIsRefusedBeforeItIsTaken() {
    String person = person();
    for (SendableContent content :
        List.of(
            TemplateContent.builder().name("hello").language("en").build(),
            ReactionContent.builder()
                .messageId("msg_01kavk5e4sf2xr2bq6d8n1c7pm")
                .emoji("❤")
                .build(),
            ImageContent.builder().providerMediaId("7").build())) {
      refusal(
          422,
          ProblemCode.CONTENT_NOT_SUPPORTED,
          () -> client.messages().send(to(person, content)));
    }
    var tooLong =
        refusal(
            422,
            ProblemCode.CONTENT_NOT_SUPPORTED,
            () -> client.messages().send(to(person, text("x".repeat(1_601)))));

    assertThat(pointers(tooLong)).containsExactly("/content/text");
    assertThat(twilio.log().sentTo(person)).isEmpty();
  }

  @Test
  void statusesClimbInAnyOrderAndAnyNumber() throws Exception {
    String person = person();
    var message = client.messages().send(to(person, text("Hola")));
    Inhabited.awaitStatus(client, message.id(), MessageStatus.SENT);
    var sent = twilio.log().sentTo(person).getFirst();

    for (String status : List.of("queued", "delivered", "sending", "sent", "delivered")) {
      assertThat(twilio.reports(sent, status, "")).isEqualTo(200);
    }

    var delivered = Inhabited.awaitStatus(client, message.id(), MessageStatus.DELIVERED);
    assertThat(delivered.deliveredAt()).isPresent();
    assertThat(messages(person)).hasSize(1);
  }

  @Test
  void whatDidNotArriveSaysWhy() throws Exception {
    String person = person();
    var message = client.messages().send(to(person, text("Hola")));
    Inhabited.awaitStatus(client, message.id(), MessageStatus.SENT);

    assertThat(twilio.reports(twilio.log().sentTo(person).getFirst(), "undelivered", "30006"))
        .isEqualTo(200);

    var failed = Inhabited.awaitStatus(client, message.id(), MessageStatus.FAILED);
    assertThat(failed.error().orElseThrow().code()).isEqualTo(MessageErrorCode.RECIPIENT_INVALID);
    assertThat(failed.error().orElseThrow().providerCode()).contains("30006");
  }

  @Test
  void aStatusSettlesASendWhoseAnswerWasLost() throws Exception {
    String person = person();
    twilio.next(SEND, new TwilioFault.DropAfterAccepting());
    var lost = client.messages().send(to(person, text("Once")));
    await().atMost(Duration.ofSeconds(20)).until(() -> twilio.log().sentTo(person).size() == 1);
    var sent = twilio.log().sentTo(person).getFirst();
    assertThat(twilio.reports(sent, "queued", "")).isEqualTo(200);
    var settled = Inhabited.awaitStatus(client, lost.id(), MessageStatus.SENT);
    assertThat(settled.providerMessageId()).contains(sent.sid());

    twilio.next(SEND, new TwilioFault.DropAfterAccepting());
    var late = client.messages().send(to(person, text("Twice")));
    assertThat(WORKSPACE.awaitUnknown(client, late.id()).status()).isEqualTo(MessageStatus.UNKNOWN);
    assertThat(twilio.reports(twilio.log().sentTo(person).getLast(), "delivered", ""))
        .isEqualTo(200);
    Inhabited.awaitStatus(client, late.id(), MessageStatus.DELIVERED);

    assertThat(twilio.log().sentTo(person)).hasSize(2);
    assertThat(messages(person)).hasSize(2);
  }

  @Test
  void whoSaysStopIsHeardAndGetsNothing() throws Exception {
    String person = person();
    var stop = text(person, "STOP");
    stop.put("OptOutType", "STOP");
    twilio.stoppedBy(person);
    assertThat(twilio.receives(ACCOUNT, stop)).isEqualTo(200);

    var sent = client.messages().send(to(person, text("Please")));
    var failed = Inhabited.awaitStatus(client, sent.id(), MessageStatus.FAILED);

    assertThat(failed.error().orElseThrow().code()).isEqualTo(MessageErrorCode.OPTED_OUT);
    assertThat(failed.error().orElseThrow().providerCode()).contains("21610");
    var id = contact(person).id();
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(events())
                    .anyMatch(e -> e.contains("contact.preference_changed") && e.contains(id)));
    assertThat(messages(person)).hasSize(2);
  }

  @Test
  void troublesOfTwilioAreTriedAgainButNothingIsSentTwice() throws Exception {
    String person = person();
    twilio.next(
        SEND,
        new TwilioFault.Refuse(429, 20429, "Too Many Requests", 1),
        new TwilioFault.Refuse(503, 20503, "Service unavailable", 0),
        new TwilioFault.Slow(Duration.ofMillis(200)));
    var later = client.messages().send(to(person, text("Hola")));
    Inhabited.awaitStatus(client, later.id(), MessageStatus.SENT);
    assertThat(twilio.log().sentTo(person)).hasSize(1);

    for (var fault :
        List.of(
            new TwilioFault.Refuse(500, 20500, "Internal Server Error", 0),
            new TwilioFault.Gateway(502),
            new TwilioFault.Hang())) {
      twilio.next(SEND, fault);
      var open = client.messages().send(to(person, text("Once")));
      assertThat(WORKSPACE.awaitUnknown(client, open.id()).status())
          .isEqualTo(MessageStatus.UNKNOWN);
    }
    assertThat(twilio.log().sentTo(person)).hasSize(2);
  }

  @Test
  void aRefusalSaysWhatTwilioSaid() {
    String person = person();
    twilio.next(SEND, new TwilioFault.Refuse(400, 21614, "'To' number is not mobile", 0));

    var sent = client.messages().send(to(person, text("Hola")));

    var error =
        Inhabited.awaitStatus(client, sent.id(), MessageStatus.FAILED).error().orElseThrow();
    assertThat(error.code()).isEqualTo(MessageErrorCode.RECIPIENT_INVALID);
    assertThat(error.detail()).isEqualTo("'To' number is not mobile");
    assertThat(error.retryable()).isFalse();
  }

  @Test
  void aTokenThatIsNoLongerValidStopsTheChannelUntilItIsReplaced() throws Exception {
    String sid = "AC00000000000000000000000000005e5e";
    var other = twilio.plays(sid, "first-first-first-first").owns("+15550783885");
    var made =
        client
            .channels()
            .connect(created(from(sid, "first-first-first-first", "+15550783885")).id());
    other.renews("second-second-second-second");
    String person = person();
    var waiting = client.messages().send(to(made, person, text("Hola")));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> client.channels().get(made.id()).status().equals(ChannelStatus.DISCONNECTED));
    assertThat(checks(made)).contains("connection=fail", "auth_token=fail");

    client
        .channels()
        .update(
            made.id(),
            UpdateChannelRequest.builder()
                .config(from(sid, "second-second-second-second", "+15550783885"))
                .build());

    Inhabited.awaitStatus(client, waiting.id(), MessageStatus.SENT);
    assertThat(twilio.log().sentTo(person)).hasSize(1);
    assertThat(twilio.reports(twilio.log().sentTo(person).getFirst(), "delivered", ""))
        .isEqualTo(200);
  }

  @Test
  void whatWasSentWhileNobodyStoredItComesBySecondAddress() throws Exception {
    String person = person();
    var form = text(person, "Again");
    form.put("ErrorCode", "11200");
    form.put("ErrorUrl", hook());

    assertThat(twilio.receives(ACCOUNT, form)).isEqualTo(200);

    assertThat(((TextContent) messages(person).getFirst().content()).text()).isEqualTo("Again");
  }

  @Test
  void disconnectingTakesTheAddressAway() {
    account.owns("+15550783886");
    var made = client.channels().connect(created(from("+15550783886")).id());
    assertThat(client.channels().disconnect(made.id()).status())
        .isEqualTo(ChannelStatus.DISCONNECTED);
    assertThat(Objects.requireNonNull(account.number("+15550783886")).path("sms_url").asText())
        .isEmpty();
    assertThat(checks(made)).contains("connection=fail", "subscription=fail");

    assertThat(client.channels().connect(made.id()).status()).isEqualTo(ChannelStatus.CONNECTED);
    assertThat(checks(made)).contains("subscription=pass").doesNotContain("connection=fail");
  }

  @Test
  void aMessagingServiceSendsAndIsToldElsewhereWhereToPost() throws Exception {
    String service = "MG00000000000000000000000000005e5d";
    account.serves(service);
    var config =
        TwilioSmsConfigInput.builder()
            .accountSid(ACCOUNT)
            .authToken(TOKEN)
            .messagingServiceSid(service)
            .build();
    var made = client.channels().connect(created(config).id());
    String person = person();

    var sent = client.messages().send(to(made, person, text("Hola")));
    Inhabited.awaitStatus(client, sent.id(), MessageStatus.SENT);
    assertThat(twilio.log().sentTo(person).getFirst().form())
        .containsEntry("MessagingServiceSid", service)
        .doesNotContainKey("From");
    var answer = text(person, "Hi");
    answer.put("MessagingServiceSid", service);
    assertThat(twilio.posts(ACCOUNT, made.webhookUrl().orElseThrow().toString(), answer))
        .isEqualTo(200);
    assertThat(messages(person).getFirst().channelId()).isEqualTo(made.id());
  }

  @Test
  void onlyTwiliosSignatureForThisAddressLetsAWebhookIn() {
    account.owns("+15550783887");
    var sibling = created(from("+15550783887")).webhookUrl().orElseThrow().toString();
    String person = person();
    var form = text(person, "Forged");
    var good = TwilioSigner.sign(TOKEN, hook(), form);
    for (String signature :
        List.of(
            "",
            "a-guess",
            TwilioSigner.sign(TOKEN, sibling, form),
            TwilioSigner.sign("0".repeat(32), hook(), form))) {
      assertThat(status(TwilioForms.encoded(form), signature)).as(signature).isEqualTo(401);
    }
    assertThat(status(TwilioForms.encoded(form).replace("Forged", "Forget"), good)).isEqualTo(401);
    var unsigned =
        WORKSPACE
            .raw()
            .call("POST", URI.create(hook()).getPath())
            .body("application/x-www-form-urlencoded", TwilioForms.encoded(form))
            .send();
    assertThat(unsigned.status()).isEqualTo(401);
    assertThat(unsigned.code()).isEqualTo("invalid_signature");
    assertThat(people(person)).isEmpty();

    assertThat(status(TwilioForms.encoded(form), good)).isEqualTo(200);
    assertThat(people(person)).hasSize(1);
  }

  @Test
  void settingsThatNameNoSenderOrTwoAreRefused() {
    var neither = TwilioSmsConfigInput.builder().accountSid(ACCOUNT).authToken(TOKEN).build();

    var refused = refusal(422, ProblemCode.VALIDATION_FAILED, () -> created(neither));

    assertThat(pointers(refused)).containsExactly("/config/from");
    // a plus that was forgotten would make a name of a number
    var bare = refusal(422, ProblemCode.VALIDATION_FAILED, () -> created(from("15550783881")));
    assertThat(pointers(bare)).containsExactly("/config/from");
    refusal(409, ProblemCode.CHANNEL_TAKEN, () -> created(from(FROM)));
  }

  private static int status(String body, String signature) {
    return WORKSPACE
        .raw()
        .call("POST", URI.create(hook()).getPath())
        .header("X-Twilio-Signature", signature)
        .body("application/x-www-form-urlencoded", body)
        .send()
        .status();
  }

  private static TwilioLog.Sent sent(String person, SendableContent content) {
    var sent = client.messages().send(to(person, content));
    Inhabited.awaitStatus(client, sent.id(), MessageStatus.SENT);
    return twilio.log().sentTo(person).getLast();
  }

  private static ButtonsContent buttons() {
    return ButtonsContent.builder()
        .text("Keep it?")
        .buttons(
            List.of(
                ReplyButton.builder().id("keep").title("Yes").build(),
                ReplyButton.builder().id("cancel").title("No").build()))
        .build();
  }

  private static ListContent list() {
    var rows =
        List.of(
            ListRow.builder().id("s").title("Small").build(),
            ListRow.builder().id("l").title("Large").description("20 kg").build());
    return ListContent.builder()
        .text("Which size?")
        .button("Sizes")
        .sections(List.of(ListSection.builder().rows(rows).build()))
        .build();
  }

  private static String person() {
    return "+" + PEOPLE.incrementAndGet();
  }

  private static Map<String, String> text(String person, String body) {
    return TwilioForms.message(ACCOUNT, twilio.newSid(), person, FROM, body);
  }

  private static String hook() {
    return channel.webhookUrl().orElseThrow().toString();
  }

  private static Channel created(ChannelConfigInput config) {
    return client
        .channels()
        .create(CreateChannelRequest.builder().name("Texts").config(config).build());
  }

  private static TwilioSmsConfigInput from(String number) {
    return from(ACCOUNT, TOKEN, number);
  }

  private static TwilioSmsConfigInput from(String sid, String token, String number) {
    return TwilioSmsConfigInput.builder().accountSid(sid).authToken(token).from(number).build();
  }

  private static List<String> checks(Channel of) {
    return client.channels().getHealth(of.id()).checks().stream()
        .map(check -> check.name() + "=" + check.status())
        .toList();
  }

  private static List<Contact> people(String person) {
    return client.contacts().list(p -> p.limit(100)).data().stream()
        .filter(c -> c.identities().stream().anyMatch(i -> i.value().equals(person)))
        .toList();
  }

  private static Contact contact(String person) {
    return people(person).getFirst();
  }

  /// Newest first.
  private static List<Message> messages(String person) {
    var id = contact(person).id();
    return client.messages().list(p -> p.contactId(id).limit(100)).data();
  }

  private static Message withId(String person, String sid) {
    return messages(person).stream()
        .filter(message -> message.providerMessageId().orElse("").equals(sid))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> events() {
    var events = new ArrayList<String>();
    var page = client.events().list(p -> p.limit(100));
    while (!page.data().isEmpty()) {
      page.data().forEach(e -> events.add(e.toString()));
      var next = page.nextCursor().orElse(null);
      if (next == null) {
        break;
      }
      page = client.events().list(p -> p.limit(100).cursor(next));
    }
    return events;
  }

  private static SendMessageRequest to(String person, SendableContent content) {
    return to(channel, person, content);
  }

  private static SendMessageRequest to(Channel by, String person, SendableContent content) {
    return SendMessageRequest.builder()
        .channelId(by.id())
        .to(MessageRecipient.builder().phone(person).build())
        .content(content)
        .build();
  }

  private static TextContent text(String text) {
    return TextContent.builder().text(text).build();
  }
}

package ai.chatflow.scenarios;

import static ai.chatflow.scenarios.Refusals.pointers;
import static ai.chatflow.scenarios.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.model.ButtonReplyContent;
import ai.chatflow.sdk.model.ButtonsContent;
import ai.chatflow.sdk.model.Channel;
import ai.chatflow.sdk.model.Contact;
import ai.chatflow.sdk.model.ContactIdentityKind;
import ai.chatflow.sdk.model.CreateChannelRequest;
import ai.chatflow.sdk.model.ImageContent;
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
import ai.chatflow.sdk.model.TelegramConfigInput;
import ai.chatflow.sdk.model.TemplateContent;
import ai.chatflow.sdk.model.TextContent;
import ai.chatflow.testing.Inhabited;
import ai.chatflow.testing.TestWorkspace;
import ai.chatflow.testing.telegram.BotFault;
import ai.chatflow.testing.telegram.BotLog;
import ai.chatflow.testing.telegram.TelegramSimulator;
import ai.chatflow.testing.telegram.TelegramUpdates;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Telegram, with a simulated Bot API at the other end.
class TelegramIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static final String TOKEN = "4000001:AAtelegramITtelegramITtelegramITtele1";
  private static final String OTHER = "4000002:AAtelegramITtelegramITtelegramITtele2";
  private static final AtomicLong PEOPLE = new AtomicLong(7_000_000);
  private static final AtomicLong MESSAGES = new AtomicLong(100);
  private static final TelegramUpdates UPDATES = new TelegramUpdates();

  private static ChatFlowClient client;
  private static TelegramSimulator telegram;
  private static Channel channel;
  private static URI hook;

  @BeforeAll
  static void connect() {
    client = WORKSPACE.client();
    telegram = WORKSPACE.server().telegram();
    channel = connected(TOKEN, "shop_bot");
    hook = URI.create(channel.webhookUrl().orElseThrow().toString());
  }

  private static Channel connected(String token, String username) {
    telegram.plays(token, username);
    var config = TelegramConfigInput.builder().botToken(token).build();
    var created =
        client
            .channels()
            .create(CreateChannelRequest.builder().name(username).config(config).build());
    return client.channels().connect(created.id());
  }

  @Test
  void whatPeopleSendIsShown() throws Exception {
    var kinds = new LinkedHashMap<String, String>();
    kinds.put("{\"text\":\"Hola\"}", "text");
    kinds.put("{\"photo\":[" + file("small") + "," + file("large") + "]}", "image");
    kinds.put("{\"video\":" + file("v") + "}", "video");
    kinds.put("{\"video_note\":" + file("vn") + "}", "video");
    kinds.put("{\"animation\":" + file("a") + ",\"document\":" + file("a") + "}", "video");
    kinds.put("{\"voice\":" + file("vo") + "}", "audio");
    kinds.put("{\"audio\":" + file("au") + "}", "audio");
    kinds.put("{\"document\":" + file("d") + ",\"caption\":\"Paid\"}", "document");
    kinds.put("{\"sticker\":" + file("s") + "}", "sticker");
    kinds.put("{\"location\":{\"latitude\":41.5,\"longitude\":2.25}}", "location");
    kinds.put("{\"contact\":{\"phone_number\":\"+34600\",\"first_name\":\"Eva\"}}", "contacts");
    kinds.put("{\"dice\":{\"emoji\":\"🎲\",\"value\":4}}", "unsupported");
    long person = PEOPLE.incrementAndGet();
    for (var kind : kinds.entrySet()) {
      var message = received(person, kind.getKey());

      assertThat(client.messages().get(message.id()).content().type())
          .as(kind.getKey())
          .isEqualTo(kind.getValue());
    }
    var contact = contact(person);
    assertThat(contact.name()).contains("Ana López");
    assertThat(contact.identities().getFirst().kind()).isEqualTo(ContactIdentityKind.TELEGRAM);
    assertThat(contact.identities().getFirst().value()).isEqualTo(String.valueOf(person));
  }

  @Test
  void thePhotoIsTheLargestAndADeepLinkIsAReferral() throws Exception {
    long person = PEOPLE.incrementAndGet();

    var photo = received(person, "{\"photo\":[" + file("small") + "," + file("large") + "]}");
    var start = received(person, "{\"text\":\"/start ad_42\"}");

    assertThat(((ImageContent) photo.content()).providerMediaId()).contains("file-large");
    var referral = start.context().orElseThrow().referral().orElseThrow();
    assertThat(referral.sourceType()).contains("deep_link");
    assertThat(referral.sourceId()).contains("ad_42");
  }

  @Test
  void whatIsSentArrives() throws Exception {
    long person = PEOPLE.incrementAndGet();
    received(person, "{\"text\":\"Hi\"}");
    var contents = new LinkedHashMap<SendableContent, String>();
    contents.put(text("Hola"), "sendMessage");
    contents.put(
        ImageContent.builder().url("https://example.com/a.jpg").caption("Blue").build(),
        "sendPhoto");
    contents.put(
        LocationContent.builder().latitude(41.5).longitude(2.25).name("Shop").build(), "sendVenue");
    contents.put(buttons("yes"), "sendMessage");
    for (var content : contents.entrySet()) {
      var sent = client.messages().send(to(person, content.getKey()));
      var accepted = Inhabited.awaitStatus(client, sent.id(), MessageStatus.SENT);

      var done = log(person).getLast();
      assertThat(done.method()).isEqualTo(content.getValue());
      assertThat(accepted.providerMessageId()).contains(person + ":" + done.messageId());
    }
  }

  @Test
  void anAnswerQuotesWhatItAnswersAndAReactionFindsItsMessage() throws Exception {
    long person = PEOPLE.incrementAndGet();
    var question = received(person, "{\"text\":\"Is it blue?\"}");

    var answer =
        client
            .messages()
            .send(to(person, text("It is.")).toBuilder().replyToMessageId(question.id()).build());
    Inhabited.awaitStatus(client, answer.id(), MessageStatus.SENT);
    var reaction = ReactionContent.builder().messageId(question.id()).emoji("❤").build();
    var reacted = client.messages().send(to(person, reaction));
    Inhabited.awaitStatus(client, reacted.id(), MessageStatus.SENT);

    long asked = Long.parseLong(question.providerMessageId().orElseThrow().split(":", -1)[1]);
    assertThat(log(person).getFirst().body().at("/reply_parameters/message_id").asLong())
        .isEqualTo(asked);
    assertThat(log(person).getLast().method()).isEqualTo("setMessageReaction");
    assertThat(log(person).getLast().body().path("message_id").asLong()).isEqualTo(asked);

    long ours = log(person).getFirst().messageId();
    assertThat(telegram.post(TOKEN, UPDATES.reaction(person, ours, now(), "👍"))).isEqualTo(200);
    var shown = latest(person);
    assertThat(((ReactionContent) shown.content()).messageId()).contains(answer.id());
  }

  @Test
  void aPressedButtonIsAnAnswerAndIsReleased() throws Exception {
    long person = PEOPLE.incrementAndGet();
    received(person, "{\"text\":\"Hi\"}");
    var sent = client.messages().send(to(person, buttons("yes")));
    Inhabited.awaitStatus(client, sent.id(), MessageStatus.SENT);
    BotLog.Done done = log(person).getLast();

    var pressed =
        UPDATES.pressed(
            person, "q" + person, done.messageId(), "yes", done.body().path("reply_markup"));
    for (int i = 0; i < 2; i++) {
      assertThat(telegram.post(TOKEN, pressed)).isEqualTo(200);
    }

    var reply = latest(person);
    assertThat(((ButtonReplyContent) reply.content()).id()).isEqualTo("yes");
    assertThat(((ButtonReplyContent) reply.content()).title()).isEqualTo("Title of yes");
    assertThat(reply.context().orElseThrow().replyToMessageId()).contains(sent.id());
    assertThat(messages(person)).hasSize(3);
    assertThat(telegram.log().of("answerCallbackQuery"))
        .anySatisfy(
            call ->
                assertThat(call.body().path("callback_query_id").asText()).isEqualTo("q" + person));
  }

  @Test
  void whatIsEditedChanges() throws Exception {
    long person = PEOPLE.incrementAndGet();
    var message = received(person, "{\"text\":\"Helo\"}");
    long id = Long.parseLong(message.providerMessageId().orElseThrow().split(":", -1)[1]);

    assertThat(telegram.post(TOKEN, UPDATES.edited(person, id, now(), "{\"text\":\"Hello\"}")))
        .isEqualTo(200);

    assertThat(((TextContent) client.messages().get(message.id()).content()).text())
        .isEqualTo("Hello");
  }

  @Test
  void whatComesTwiceOrOutOfOrderIsOneMessageEach() throws Exception {
    long person = PEOPLE.incrementAndGet();
    var first = UPDATES.message(person, 1, now(), "{\"text\":\"One\"}");
    var second = UPDATES.message(person, 2, now(), "{\"text\":\"Two\"}");
    for (ObjectNode update : List.of(second, first, second, first)) {
      assertThat(telegram.post(TOKEN, update)).isEqualTo(200);
    }

    assertThat(messages(person)).hasSize(2);
  }

  @Test
  void aGroupIsAConversationOfItsOwn() throws Exception {
    long person = PEOPLE.incrementAndGet();
    long group = -1_001_000_000_000L - person;
    var update = UPDATES.groupMessage(group, person, 5, now(), "{\"text\":\"All of you?\"}");
    assertThat(telegram.post(TOKEN, update)).isEqualTo(200);
    var alone = received(person, "{\"text\":\"Only you\"}");

    var shared =
        messages(person).stream().filter(m -> !m.id().equals(alone.id())).findFirst().orElseThrow();
    assertThat(shared.context().orElseThrow().groupId()).contains(String.valueOf(group));
    assertThat(shared.conversationId()).isNotEqualTo(alone.conversationId());
  }

  @Test
  void whoBlocksTheBotIsHeardAndGetsNothing() throws Exception {
    long person = PEOPLE.incrementAndGet();
    received(person, "{\"text\":\"Stop\"}");
    telegram.blockedBy(String.valueOf(person));
    assertThat(telegram.post(TOKEN, UPDATES.membership(person, now(), "member", "kicked")))
        .isEqualTo(200);

    var sent = client.messages().send(to(person, text("Please")));
    var failed = Inhabited.awaitStatus(client, sent.id(), MessageStatus.FAILED);

    assertThat(failed.error().orElseThrow().code()).isEqualTo(MessageErrorCode.OPTED_OUT);
    assertThat(failed.error().orElseThrow().providerCode()).contains("403");
    var id = contact(person).id();
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(events())
                    .anyMatch(e -> e.contains("contact.preference_changed") && e.contains(id)));
  }

  @Test
  void troublesOfTelegramAreTriedAgainButNothingIsSentTwice() throws Exception {
    long person = PEOPLE.incrementAndGet();
    received(person, "{\"text\":\"Hi\"}");
    telegram.next(
        "sendPhoto",
        new BotFault.Refuse(429, "Too Many Requests: retry after 1", 1),
        new BotFault.Refuse(500, "Internal Server Error", 0));
    var image = ImageContent.builder().url("https://example.com/a.jpg").build();
    var later = client.messages().send(to(person, image));
    Inhabited.awaitStatus(client, later.id(), MessageStatus.SENT);
    telegram.next("sendPhoto", new BotFault.DropAfterAccepting());
    var lost = client.messages().send(to(person, image));

    assertThat(WORKSPACE.awaitUnknown(client, lost.id()).status()).isEqualTo(MessageStatus.UNKNOWN);
    assertThat(log(person)).hasSize(2);
  }

  @Test
  void whatTelegramCannotCarryIsRefusedBeforeItIsTaken() throws Exception {
    long person = PEOPLE.incrementAndGet();
    received(person, "{\"text\":\"Hi\"}");
    var template = TemplateContent.builder().name("hello").language("en").build();

    refusal(
        422, ProblemCode.CONTENT_NOT_SUPPORTED, () -> client.messages().send(to(person, template)));
    var tooLong =
        refusal(
            422,
            ProblemCode.CONTENT_NOT_SUPPORTED,
            () -> client.messages().send(to(person, buttons("é".repeat(33)))));

    assertThat(pointers(tooLong)).containsExactly("/content/buttons/0/id");
    assertThat(log(person)).isEmpty();
  }

  @Test
  void onlyTheSecretOfTheChannelLetsAnUpdateIn() throws Exception {
    connected(OTHER, "other_bot");
    long person = PEOPLE.incrementAndGet();
    var update = UPDATES.message(person, 9, now(), "{\"text\":\"Forged\"}");

    for (String secret : List.of("", "a-guess", secret(OTHER))) {
      var answer =
          WORKSPACE
              .raw()
              .call("POST", hook.getPath())
              .header("X-Telegram-Bot-Api-Secret-Token", secret)
              .body("application/json", update)
              .send();
      assertThat(answer.status()).as(secret).isEqualTo(401);
      assertThat(answer.code()).isEqualTo("invalid_signature");
    }
    var unsigned =
        WORKSPACE.raw().call("POST", hook.getPath()).body("application/json", update).send();
    assertThat(unsigned.status()).isEqualTo(401);
    assertThat(people(person)).isEmpty();
  }

  private static String file(String id) {
    return "{\"file_id\":\"file-" + id + "\",\"file_unique_id\":\"u\",\"width\":1,\"height\":1}";
  }

  private static Message received(long person, String content) throws Exception {
    long id = MESSAGES.incrementAndGet();
    assertThat(telegram.post(TOKEN, UPDATES.message(person, id, now(), content))).isEqualTo(200);
    return messages(person).stream()
        .filter(m -> m.providerMessageId().orElse("").equals(person + ":" + id))
        .findFirst()
        .orElseThrow();
  }

  private static long now() {
    return WORKSPACE.server().now().getEpochSecond();
  }

  private static List<Contact> people(long person) {
    return client.contacts().list(p -> p.limit(100)).data().stream()
        .filter(
            c -> c.identities().stream().anyMatch(i -> i.value().equals(String.valueOf(person))))
        .toList();
  }

  private static Contact contact(long person) {
    return people(person).getFirst();
  }

  private static List<Message> messages(long person) {
    var id = contact(person).id();
    return client.messages().list(p -> p.contactId(id).limit(100)).data();
  }

  private static Message latest(long person) {
    return messages(person).getFirst();
  }

  private static List<BotLog.Done> log(long person) {
    return telegram.log().sentTo(String.valueOf(person));
  }

  private static List<String> events() {
    var events = new java.util.ArrayList<String>();
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

  private static String secret(String token) {
    return java.util.Objects.requireNonNull(telegram.webhook(token)).path("secret_token").asText();
  }

  private static SendMessageRequest to(long person, SendableContent content) {
    return SendMessageRequest.builder()
        .channelId(channel.id())
        .to(MessageRecipient.builder().contactId(contact(person).id()).build())
        .content(content)
        .build();
  }

  private static TextContent text(String text) {
    return TextContent.builder().text(text).build();
  }

  private static ButtonsContent buttons(String id) {
    return ButtonsContent.builder()
        .text("Which?")
        .buttons(
            List.of(
                ReplyButton.builder()
                    .id(id)
                    .title(id.length() > 20 ? "Long" : "Title of " + id)
                    .build()))
        .build();
  }
}

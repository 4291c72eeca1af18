package ai.chatflow.scenarios;

import static ai.chatflow.scenarios.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.model.Channel;
import ai.chatflow.sdk.model.CreateChannelRequest;
import ai.chatflow.sdk.model.MessageRecipient;
import ai.chatflow.sdk.model.MessageStatus;
import ai.chatflow.sdk.model.ProblemCode;
import ai.chatflow.sdk.model.SendMessageRequest;
import ai.chatflow.sdk.model.TextContent;
import ai.chatflow.sdk.model.TwilioSmsConfigInput;
import ai.chatflow.testing.Inhabited;
import ai.chatflow.testing.TestWorkspace;
import ai.chatflow.testing.twilio.TwilioFault;
import ai.chatflow.testing.twilio.TwilioForms;
import ai.chatflow.testing.twilio.TwilioSimulator;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/// What nobody may read of an SMS: its words and numbers in the log, and the auth token anywhere.
class TwilioSilenceIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static final String ACCOUNT = "AC0000000000000000000000000000511e";
  private static final String TOKEN = "silence-silence-silence-silence";
  private static final String FROM = "+15550783890";
  private static final String ANA = "+16505580001";
  private static final String WORDS = "nobody reads this";

  private static ChatFlowClient client;
  private static TwilioSimulator twilio;

  @BeforeAll
  static void meet() {
    client = WORKSPACE.client();
    twilio = WORKSPACE.server().twilio();
  }

  @Test
  void wordsNumbersAndTokensStayWhereTheyBelong() throws Exception {
    var log = new ListAppender<ILoggingEvent>();
    log.start();
    var ours = (Logger) LoggerFactory.getLogger("ai.chatflow");
    Level before = ours.getLevel();
    ours.setLevel(Level.DEBUG);
    ours.addAppender(log);
    try {
      Channel channel = channel();
      var shown = new ArrayList<String>();
      shown.add(
          refusal(502, ProblemCode.UPSTREAM_ERROR, () -> client.channels().connect(channel.id()))
              .problem()
              .orElseThrow()
              .toString());
      twilio.plays(ACCOUNT, TOKEN).owns(FROM);
      client.channels().connect(channel.id());
      sendsAndReceives(channel);

      shown.add(client.channels().get(channel.id()).toString());
      shown.add(client.channels().getHealth(channel.id()).toString());
      shown.add(client.events().list(p -> p.limit(100)).data().toString());
      var logged = log.list.stream().map(TwilioSilenceIT::whole).toList();

      assertThat(shown).allSatisfy(text -> assertThat(text).doesNotContain(TOKEN));
      assertThat(logged)
          .isNotEmpty()
          .allSatisfy(
              line ->
                  assertThat(line)
                      .doesNotContain(TOKEN, WORDS, ANA.substring(1), FROM.substring(1)));
    } finally {
      ours.detachAppender(log);
      ours.setLevel(before);
    }
  }

  private static void sendsAndReceives(Channel channel) throws Exception {
    var form = TwilioForms.message(ACCOUNT, twilio.newSid(), ANA, FROM, WORDS);
    assertThat(twilio.receives(ACCOUNT, form)).isEqualTo(200);
    form.put("MessageSid", twilio.newSid());
    form.put("NumMedia", "1");
    assertThat(twilio.receives(ACCOUNT, form)).isEqualTo(200);
    form.remove("From");
    assertThat(twilio.receives(ACCOUNT, form)).isEqualTo(200);

    twilio.next(
        "POST Messages.json",
        new TwilioFault.Refuse(503, 20503, "Not now for " + ANA + ": " + WORDS, 0),
        new TwilioFault.Refuse(400, 21211, "Invalid 'To' Phone Number: " + ANA, 0));
    var refused = client.messages().send(text(channel));
    Inhabited.awaitStatus(client, refused.id(), MessageStatus.FAILED);
    var sent = client.messages().send(text(channel));
    Inhabited.awaitStatus(client, sent.id(), MessageStatus.SENT);
    var taken = twilio.log().sentTo(ANA).getLast();
    for (String status : List.of("delivered", "never-heard-of")) {
      assertThat(twilio.reports(taken, status, "")).isEqualTo(200);
    }
  }

  private static Channel channel() {
    var config =
        TwilioSmsConfigInput.builder().accountSid(ACCOUNT).authToken(TOKEN).from(FROM).build();
    return client
        .channels()
        .create(CreateChannelRequest.builder().name("Silent").config(config).build());
  }

  private static SendMessageRequest text(Channel channel) {
    return SendMessageRequest.builder()
        .channelId(channel.id())
        .to(MessageRecipient.builder().phone(ANA).build())
        .content(TextContent.builder().text(WORDS).build())
        .build();
  }

  private static String whole(ILoggingEvent event) {
    var thrown = event.getThrowableProxy();
    return event.getFormattedMessage()
        + " "
        + event.getMDCPropertyMap()
        + (thrown == null ? "" : " " + thrown.getMessage());
  }
}

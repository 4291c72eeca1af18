package ai.chatflow.flows;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.api.model.ConversationStatus;
import ai.chatflow.api.model.CreateContactRequest;
import ai.chatflow.api.model.CreateFlowRequest;
import ai.chatflow.api.model.Message;
import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.MessageDirection;
import ai.chatflow.api.model.ReactionContent;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.channels.ChannelsModule;
import ai.chatflow.contacts.Contact;
import ai.chatflow.contacts.ContactsModule;
import ai.chatflow.media.LocalBlobs;
import ai.chatflow.media.MediaModule;
import ai.chatflow.messaging.Conversation;
import ai.chatflow.messaging.InboundWork;
import ai.chatflow.messaging.MessagingModule;
import ai.chatflow.platform.Platform;
import ai.chatflow.platform.http.PageRequest;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.ConversationId;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.lanes.LanePauses;
import ai.chatflow.platform.lanes.ManualLanes;
import ai.chatflow.platform.lanes.WakeSignals;
import ai.chatflow.templates.SendableTemplates;
import ai.chatflow.testing.ManualClock;
import ai.chatflow.testing.TestDatabase;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Flows wired to contacts and messages as in production; nothing is sent, because no lane runs.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FlowRunnerTest {
  private final TestDatabase database = TestDatabase.create();
  private final ManualClock clock = ManualClock.atNow();
  private final Platform platform =
      Platform.wire(
          new Platform.Surroundings(
              database.db(),
              TestDatabase.MASTER_KEY,
              clock,
              clock,
              new SplittableRandom(1),
              ManualLanes.SETTINGS,
              WakeSignals.NONE,
              LanePauses.NONE));
  private final ContactsModule contacts = ContactsModule.wire(platform);
  private final FlowsModule flows =
      FlowsModule.wire(
          platform,
          MessagingModule.wire(
                  platform,
                  contacts.contacts(),
                  contacts.resolver(),
                  ChannelsModule.wire(
                          new ChannelsModule.Platform(
                              platform.db(),
                              platform.secrets(),
                              platform.events(),
                              platform.pages(),
                              platform.ids(),
                              platform.clock()),
                          URI.create("http://localhost"),
                          List.of())
                      .service(),
                  new SendableTemplates(),
                  MediaModule.wire(
                          platform,
                          URI.create("http://localhost"),
                          new LocalBlobs(Path.of("target", "unused-media")),
                          1)
                      .files())
              .messages());
  private WorkspaceId workspace = new WorkspaceId(platform.ids().next());
  private final ChannelId channel = new ChannelId(platform.ids().next());

  @BeforeEach
  void aWorkspaceOfItsOwn() {
    workspace = new WorkspaceId(platform.ids().next());
  }

  @AfterAll
  void close() {
    database.close();
  }

  @Test
  void aReceivedMessageIsAnsweredInItsTransaction() {
    publish(FlowWorld.says("Hi {{ contact.first_name }}, {{ contact.phone }}"));
    var conversation = conversation();
    var contact = contact();

    receive(conversation, contact, TextContent.builder().text("hello").build());

    assertThat(sent(conversation)).containsExactly("text|flow|queued|Hi Ann, +4930901820");
    assertThat(sessions(contact)).hasSize(1);
  }

  @Test
  void aReactionStartsNothing() {
    publish(FlowWorld.says("Hi"));
    var conversation = conversation();
    var contact = contact();

    receive(conversation, contact, ReactionContent.builder().emoji("👍").build());

    assertThat(sent(conversation)).isEmpty();
    assertThat(sessions(contact)).isEmpty();
  }

  private void publish(String nodes) {
    var definition = FlowWorld.definition(nodes, FlowWorld.any());
    var request = CreateFlowRequest.builder().name("A").definition(definition).build();
    var flow = flows.flows().create(workspace, request);
    flows.flows().publish(workspace, flow.id(), null);
  }

  private Contact contact() {
    return contacts
        .contacts()
        .list(workspace, null, null, null, new PageRequest(1, Optional.empty()))
        .items()
        .stream()
        .findFirst()
        .orElseGet(
            () ->
                contacts
                    .contacts()
                    .create(
                        workspace,
                        CreateContactRequest.builder()
                            .name("Ann Lee")
                            .phone("+4930901820")
                            .build()));
  }

  private Conversation conversation() {
    return new Conversation(
        workspace,
        new ConversationId(platform.ids().next()),
        channel,
        contact().id(),
        null,
        "+4930901820",
        ConversationStatus.OPEN,
        null,
        1,
        null,
        1,
        clock.instant(),
        clock.instant());
  }

  private void receive(Conversation conversation, Contact contact, MessageContent content) {
    var message =
        Message.builder()
            .id(new MessageId(platform.ids().next()))
            .channelId(channel)
            .conversationId(conversation.id())
            .contactId(contact.id())
            .direction(MessageDirection.INBOUND)
            .content(content)
            .build();
    database
        .db()
        .useTransaction(
            workspace,
            tx -> flows.listener().onInbound(tx, new InboundWork(message, conversation, contact)));
  }

  private List<FlowSession> sessions(Contact contact) {
    return flows
        .sessions()
        .list(workspace, null, contact.id(), null, new PageRequest(10, Optional.empty()))
        .items();
  }

  /// Type, source, status and text of what the conversation was sent.
  private List<String> sent(Conversation conversation) {
    return database
        .db()
        .inTransaction(
            workspace,
            tx ->
                tx.handle()
                    .createQuery(
                        """
                        select concat_ws(
                          '|', content ->> 'type', source, status, content ->> 'text')
                        from message
                        where workspace_id = :workspace and conversation_id = :conversation
                        order by id
                        """)
                    .bind("workspace", workspace)
                    .bind("conversation", conversation.id())
                    .mapTo(String.class)
                    .list());
  }
}

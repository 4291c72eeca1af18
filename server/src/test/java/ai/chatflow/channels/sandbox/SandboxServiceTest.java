package ai.chatflow.channels.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.api.model.CreateSandboxMessageRequest;
import ai.chatflow.api.model.Message;
import ai.chatflow.api.model.MessageStatus;
import ai.chatflow.api.model.SandboxMessage.StatusEnum;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.ChannelsFixture;
import ai.chatflow.channels.FakeInboundSink;
import ai.chatflow.channels.InboundUpdate.MessageIn;
import ai.chatflow.channels.InboundUpdate.StatusIn;
import ai.chatflow.channels.OutboundMessage;
import ai.chatflow.channels.StoredMessages;
import ai.chatflow.platform.errors.Conflict;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.errors.NotFound;
import ai.chatflow.platform.http.PageRequest;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.ids.WorkspaceId;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SandboxServiceTest {
  private final ChannelsFixture fixture = new ChannelsFixture();
  private final FakeInboundSink sink = new FakeInboundSink();
  private final SandboxAdapter adapter =
      new SandboxAdapter(fixture.database.db(), (_, _, _) -> {}, fixture.ids, fixture.clock);
  private final MessageId stored = new MessageId(fixture.ids.next());
  private final MessageId stranger = new MessageId(fixture.ids.next());
  private final SandboxService sandbox =
      new SandboxService(
          fixture.database.db(),
          fixture.channels(),
          sink,
          new FakeStoredMessages(),
          fixture.ids,
          fixture.clock);
  private final Channel channel = fixture.sandbox();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void whatThePersonWritesComesInAndIsAnsweredAsStored() {
    var request =
        CreateSandboxMessageRequest.builder()
            .from("+16505551234")
            .name("Kay")
            .content(TextContent.builder().text("Hola").build())
            .replyToMessageId(stored)
            .build();

    Message answer = sandbox.write(fixture.workspace, channel.id(), request);

    var written = (MessageIn) sink.updates().getFirst();
    assertThat(answer.providerMessageId()).isEqualTo(written.providerId());
    assertThat(written.party().identities().getFirst().value()).isEqualTo("+16505551234");
    assertThat(written.party().name()).isEqualTo("Kay");
    assertThat(written.replyToProviderId()).isEqualTo("sbx.known");
  }

  @Test
  void aReplyToAStrangeMessageIsInvalid() {
    var request =
        CreateSandboxMessageRequest.builder()
            .from("+16505551234")
            .content(TextContent.builder().text("Hola").build())
            .replyToMessageId(stranger)
            .build();

    assertThatThrownBy(() -> sandbox.write(fixture.workspace, channel.id(), request))
        .isInstanceOf(Invalid.class);
    assertThat(sink.updates()).isEmpty();
  }

  @Test
  void theHandsetReportsWhatItReceived() {
    receive(stored, "+16505551234");

    sandbox.report(fixture.workspace, channel.id(), stored, StatusEnum.READ);

    var status = (StatusIn) sink.updates().getFirst();
    assertThat(status.status()).isEqualTo(MessageStatus.READ);
    assertThat(status.ourId()).isEqualTo(stored);
    var page = new PageRequest(10, Optional.empty());
    assertThat(sandbox.list(fixture.workspace, channel.id(), "+16505551234", page).items())
        .extracting(Delivery::status)
        .containsExactly(StatusEnum.READ);
    assertThat(sandbox.list(fixture.workspace, channel.id(), "+1", page).items()).isEmpty();
  }

  @Test
  void someHandsetsNeverSayThatTheyHaveRead() {
    receive(stored, "+16505550009");

    assertThatThrownBy(
            () -> sandbox.report(fixture.workspace, channel.id(), stored, StatusEnum.READ))
        .isInstanceOf(Conflict.class);
  }

  @Test
  void whatWasNeverReceivedCannotBeReported() {
    assertThatThrownBy(
            () -> sandbox.report(fixture.workspace, channel.id(), stranger, StatusEnum.READ))
        .isInstanceOf(NotFound.class);
  }

  @Test
  void aRealChannelHasNoHandset() {
    Channel real = fixture.whatsApp("1001");
    var page = new PageRequest(10, Optional.empty());

    assertThatThrownBy(() -> sandbox.list(fixture.workspace, real.id(), null, page))
        .isInstanceOf(NotFound.class);
  }

  private void receive(MessageId id, String recipient) {
    var content = TextContent.builder().text("Hola").build();
    adapter.send(channel, new OutboundMessage(id, recipient, content, null, null));
  }

  /// Knows one message, and whatever came in.
  private final class FakeStoredMessages implements StoredMessages {
    @Override
    public Optional<Message> byId(WorkspaceId workspace, MessageId id) {
      return id.equals(stored)
          ? Optional.of(Message.builder().id(id).providerMessageId("sbx.known").build())
          : Optional.empty();
    }

    @Override
    public Optional<Message> byProviderId(
        WorkspaceId workspace, ChannelId channelId, String providerId) {
      return Optional.of(Message.builder().providerMessageId(providerId).build());
    }
  }
}

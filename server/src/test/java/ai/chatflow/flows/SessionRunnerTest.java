package ai.chatflow.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.api.model.FlowSessionStatus;
import ai.chatflow.api.model.ImageContent;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.api.model.UpdateFlowRequest;
import ai.chatflow.platform.errors.Conflict;
import ai.chatflow.platform.errors.Unavailable;
import ai.chatflow.platform.events.EventType;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.WorkspaceId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionRunnerTest {
  private final FlowWorld world = new FlowWorld();

  @BeforeEach
  void aWorkspaceOfItsOwn() {
    world.workspace = new WorkspaceId(world.ids.next());
    world.channel = new ChannelId(world.ids.next());
  }

  @AfterAll
  void close() {
    world.close();
  }

  @Test
  void aKeywordStartsAFlowAndTheAnswerGoesToItsSession() {
    world.published(FlowWorld.asks("Name?"), FlowWorld.keyword("exact", "hi"));

    var handset = world.handset().says("  HI ").says("Sheena");

    assertThat(handset.heard).containsExactly("Name?", "Name?: Sheena");
    assertThat(handset.session().state().variables()).containsEntry("v", "Sheena");
    assertThat(handset.status()).isEqualTo(FlowSessionStatus.COMPLETED);
    assertThat(world.events.types())
        .endsWith(
            EventType.FLOW_PUBLISHED,
            EventType.FLOW_SESSION_STARTED,
            EventType.FLOW_SESSION_COMPLETED);
  }

  @Test
  void exactComesBeforeStartsWithBeforeContainsBeforeAnyMessage() {
    world.published(FlowWorld.says("any"), FlowWorld.any());
    world.published(FlowWorld.says("contains"), FlowWorld.keyword("contains", "red shoe"));
    world.published(FlowWorld.says("starts"), FlowWorld.keyword("starts_with", "red"));
    world.published(FlowWorld.says("exact"), FlowWorld.keyword("exact", "red shoe"));

    var handset = world.handset();
    handset.says("red shoe").says("Red shoes!").says("my red shoe").says("hello");

    assertThat(handset.heard).containsExactly("exact", "starts", "contains", "any");
  }

  @Test
  void theLongestKeywordWinsAndThenTheOldestFlow() {
    world.published(FlowWorld.says("short"), FlowWorld.keyword("contains", "shoe"));
    world.published(FlowWorld.says("long"), FlowWorld.keyword("contains", "a", "red shoe"));
    world.published(FlowWorld.says("later"), FlowWorld.keyword("contains", "red shoe"));

    var handset = world.handset().says("my red shoe").says("my shoe");

    assertThat(handset.heard).containsExactly("long", "short");
  }

  @Test
  void aKeywordThatAnsweredASessionStartsNothing() {
    world.published(FlowWorld.asks("Name?"), FlowWorld.keyword("exact", "hi"));

    var handset = world.handset().says("hi").says("hi");

    assertThat(handset.heard).containsExactly("Name?", "Name?: hi");
    assertThat(handset.sessions()).hasSize(1);
  }

  @Test
  void aMessageWithoutTextStartsAnyMessageOnly() {
    world.published(FlowWorld.says("keyword"), FlowWorld.keyword("contains", "a"));
    world.published(FlowWorld.says("any"), FlowWorld.any());

    var handset = world.handset().sends(ImageContent.builder().caption("a").build());

    assertThat(handset.heard).containsExactly("any");
  }

  @Test
  void aTriggerOfOtherChannelsDoesNotStart() {
    var elsewhere = new ChannelId(world.ids.next());
    world.published(
        FlowWorld.says("elsewhere"),
        "{\"type\": \"any_message\", \"channel_ids\": [\"%s\"]}".formatted(elsewhere));

    assertThat(world.handset().says("x").sessions()).isEmpty();

    world.channel = elsewhere;
    assertThat(world.handset().says("x").heard).containsExactly("elsewhere");
  }

  @Test
  void aSessionStaysOnTheVersionItBeganWith() {
    var flow = world.published(FlowWorld.asks("Old"), FlowWorld.any());
    var handset = world.handset().says("x");

    var changed =
        UpdateFlowRequest.builder()
            .definition(FlowWorld.definition(FlowWorld.asks("New"), FlowWorld.any()))
            .build();
    world.flows.update(world.workspace, flow.id(), "\"" + flow.version() + "\"", changed);
    world.flows.publish(world.workspace, flow.id(), null);
    handset.says("y").says("z");

    assertThat(handset.heard).containsExactly("Old", "Old: y", "New");
    assertThat(handset.sessions()).extracting(FlowSession::version).containsExactly(2, 1);
  }

  @Test
  void afterUnpublishingNothingBeginsButWhatWaitsGoesOn() {
    var flow = world.published(FlowWorld.asks("Name?"), FlowWorld.any());
    var waiting = world.handset().says("x");

    world.flows.unpublish(world.workspace, flow.id(), null);

    assertThat(waiting.says("Ann").heard).containsExactly("Name?", "Name?: Ann");
    assertThat(world.handset().says("x").heard).isEmpty();
  }

  @Test
  void deletingAFlowCancelsWhatWaitsInIt() {
    var flow = world.published(FlowWorld.asks("Name?"), FlowWorld.any());
    var handset = world.handset().says("x");

    world.flows.delete(world.workspace, flow.id(), "\"" + flow.version() + "\"");

    assertThat(handset.status()).isEqualTo(FlowSessionStatus.CANCELLED);
    assertThat(handset.says("Ann").heard).containsExactly("Name?");
  }

  @Test
  void anotherWorkspaceSeesNeitherTriggersNorSessions() {
    world.published(FlowWorld.asks("Name?"), FlowWorld.any());
    var handset = world.handset().says("x");
    var id = handset.session().id();

    world.workspace = new WorkspaceId(world.ids.next());

    assertThat(handset.says("Ann").heard).containsExactly("Name?");
    assertThat(handset.sessions()).isEmpty();
    assertThatThrownBy(() -> world.sessions.get(world.workspace, id))
        .hasMessageContaining("not_found");
  }

  @Test
  void messagesOfOneContactThatComeAtOnceShareOneSession() throws Exception {
    world.published(FlowWorld.asks("Name?"), FlowWorld.any());
    var handset = world.handset();
    List<String> heard = Collections.synchronizedList(new ArrayList<>());

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<?>>();
      for (int i = 0; i < 6; i++) {
        var content = TextContent.builder().text("m" + i).build();
        running.add(threads.submit(() -> handset.sends(content, reply -> heard.add("."))));
      }
      for (var one : running) {
        one.get();
      }
    }

    assertThat(heard).hasSize(6);
    assertThat(handset.sessions())
        .hasSize(3)
        .allMatch(session -> session.state().status() == FlowSessionStatus.COMPLETED);
  }

  @Test
  void twoContactsHaveASessionEach() {
    world.published(FlowWorld.asks("Name?"), FlowWorld.any());

    var one = world.handset().says("x");
    var other = world.handset().says("x").says("Bob");

    assertThat(one.status()).isEqualTo(FlowSessionStatus.WAITING);
    assertThat(other.status()).isEqualTo(FlowSessionStatus.COMPLETED);
  }

  @Test
  void aFlowThatCannotRenderFailsItsSessionAndNothingElse() {
    world.published(FlowWorld.says("{{ contact.email }}"), FlowWorld.any());

    var handset = world.handset().says("x");

    assertThat(handset.status()).isEqualTo(FlowSessionStatus.FAILED);
    assertThat(handset.session().state().failure()).contains("empty after rendering");
    assertThat(world.events.types()).endsWith(EventType.FLOW_SESSION_FAILED);
  }

  @Test
  void aReplyThatIsRefusedFailsTheSession() {
    world.published(FlowWorld.says("Hi"), FlowWorld.any());
    var handset = world.handset();

    handset.sends(
        TextContent.builder().text("x").build(),
        _ -> {
          throw new Conflict(ProblemCode.CHANNEL_NOT_CONNECTED, "The channel is stopped.");
        });

    assertThat(handset.session().state().failure()).isEqualTo("Not sent: The channel is stopped.");
  }

  @Test
  void aReplyThatBreaksFailsTheSession() {
    world.published(FlowWorld.says("Hi"), FlowWorld.any());
    var handset = world.handset();

    handset.sends(
        TextContent.builder().text("x").build(),
        _ -> {
          throw new IllegalStateException("a bug");
        });

    assertThat(handset.session().state().failure()).isEqualTo("Internal error");
  }

  @Test
  void aDatabaseThatIsAwayLeavesEverythingAsItWas() {
    world.published(FlowWorld.says("Hi"), FlowWorld.any());
    var handset = world.handset();

    assertThatThrownBy(
            () ->
                handset.sends(
                    TextContent.builder().text("x").build(),
                    _ -> {
                      throw new Unavailable(ProblemCode.SERVICE_UNAVAILABLE, "away");
                    }))
        .isInstanceOf(Unavailable.class);

    assertThat(handset.sessions()).isEmpty();
  }

  @Test
  void aButtonIsPressed() {
    world.published(
        """
        {"id": "a", "type": "buttons", "text": "Which?",
         "buttons": [{"id": "red", "title": "Red", "next": "b"}, {"id": "blue", "title": "Blue"}]},
        {"id": "b", "type": "message", "content": {"type": "text", "text": "Red it is"}}\
        """,
        FlowWorld.any());

    var handset = world.handset().says("x").presses("red");

    assertThat(handset.heard).containsExactly("?", "Red it is");
  }
}

package ai.chatflow.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.chatflow.api.model.CreateFlowRequest;
import ai.chatflow.api.model.FlowFinding;
import ai.chatflow.api.model.FlowStatus;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.api.model.SimulateFlowRequest;
import ai.chatflow.api.model.SimulationContact;
import ai.chatflow.api.model.SimulationInput;
import ai.chatflow.api.model.UpdateFlowRequest;
import ai.chatflow.flows.engine.Engine;
import ai.chatflow.flows.engine.FlowSimulator;
import ai.chatflow.platform.errors.Conflict;
import ai.chatflow.platform.errors.DomainException;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.errors.NotFound;
import ai.chatflow.platform.http.PageRequest;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.text.Templates;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FlowServiceTest {
  private static final PageRequest FIRST = new PageRequest(2, Optional.empty());

  private final FlowWorld world = new FlowWorld();

  @BeforeEach
  void aWorkspaceOfItsOwn() {
    world.workspace = new WorkspaceId(world.ids.next());
  }

  @AfterAll
  void close() {
    world.close();
  }

  private static ProblemCode code(ThrowingCallable call) {
    return catchThrowableOfType(DomainException.class, call).code();
  }

  private static String tag(Flow flow) {
    return "\"" + flow.version() + "\"";
  }

  private static UpdateFlowRequest renamed(String name) {
    return UpdateFlowRequest.builder().name(name).build();
  }

  @Test
  void aFlowIsReadAsItWasWritten() {
    var flow =
        world.flows.create(
            world.workspace,
            CreateFlowRequest.builder()
                .name("Welcome")
                .definition(FlowWorld.definition(FlowWorld.asks("Name?"), FlowWorld.any()))
                .metadata(Map.of("team", "sales"))
                .build());

    assertThat(world.flows.get(world.workspace, flow.id())).isEqualTo(flow);
    assertThat(flow.status()).isEqualTo(FlowStatus.DRAFT);
    assertThat(flow.publishedVersion()).isNull();
  }

  @Test
  void anUpdateNeedsTheVersionThatWasRead() {
    var flow = world.draft(FlowWorld.says("Hi"), "");

    var renamed = world.flows.update(world.workspace, flow.id(), tag(flow), renamed("B"));

    assertThat(renamed.name()).isEqualTo("B");
    assertThat(world.flows.get(world.workspace, flow.id())).isEqualTo(renamed);
    assertThat(code(() -> world.flows.update(world.workspace, flow.id(), tag(flow), renamed("C"))))
        .isEqualTo(ProblemCode.PRECONDITION_FAILED);
    assertThat(code(() -> world.flows.update(world.workspace, flow.id(), null, renamed("C"))))
        .isEqualTo(ProblemCode.PRECONDITION_REQUIRED);
  }

  @Test
  void metadataMergesByKey() {
    var flow = world.draft(FlowWorld.says("Hi"), "");
    var first = Map.of("a", "1", "b", "2");
    var second = new HashMap<String, String>();
    second.put("a", null);
    second.put("c", "3");

    var one =
        world.flows.update(
            world.workspace,
            flow.id(),
            tag(flow),
            UpdateFlowRequest.builder().metadata(first).build());
    var two =
        world.flows.update(
            world.workspace,
            flow.id(),
            tag(one),
            UpdateFlowRequest.builder().metadata(second).build());

    assertThat(two.metadata()).containsExactlyInAnyOrderEntriesOf(Map.of("b", "2", "c", "3"));
  }

  @Test
  void aDraftMayBeUnfinishedButCannotBePublished() {
    var flow = world.draft("{\"id\": \"a\", \"type\": \"jump\", \"target\": \"x\"}", "");

    var findings = world.flows.inspect(world.workspace, flow.id());
    var conflict =
        catchThrowableOfType(
            Conflict.class, () -> world.flows.publish(world.workspace, flow.id(), null));

    assertThat(findings)
        .extracting(FlowFinding::code)
        .containsExactly("target_missing", "trigger_missing");
    assertThat(conflict.code()).isEqualTo(ProblemCode.FLOW_NOT_PUBLISHABLE);
    assertThat(conflict.errors())
        .extracting(FieldError::pointer, FieldError::code)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("/definition/nodes/0/target", "target_missing"));
  }

  @Test
  void aMalformedConditionIsRefusedAtOnce() {
    var invalid =
        catchThrowableOfType(
            Invalid.class,
            () ->
                world.draft(
                    """
                    {"id": "a", "type": "condition", "branches": [{"condition": {"field": "x"}}]}\
                    """,
                    ""));

    assertThat(invalid.errors())
        .extracting(FieldError::pointer)
        .containsExactly("/definition/nodes/0/branches/0/condition/op");
  }

  @Test
  void eachPublicationIsAVersionAndVersionsArePaged() {
    var flow = world.draft(FlowWorld.says("Hi"), "");
    for (int i = 0; i < 3; i++) {
      flow = world.flows.publish(world.workspace, flow.id(), tag(flow));
    }
    var id = flow.id();

    var first = world.flows.versions(world.workspace, id, FIRST);
    var rest = world.flows.versions(world.workspace, id, new PageRequest(2, first.next()));

    assertThat(flow.publishedVersion()).isEqualTo(3);
    assertThat(first.items()).extracting(FlowVersion::number).containsExactly(3, 2);
    assertThat(rest.items()).extracting(FlowVersion::number).containsExactly(1);
    assertThat(rest.next()).isEmpty();
    assertThat(world.flows.version(world.workspace, id, 1).definition())
        .isEqualTo(flow.definition());
    assertThatThrownBy(() -> world.flows.version(world.workspace, id, 4))
        .isInstanceOf(NotFound.class);
  }

  @Test
  void unpublishingTwiceIsTheSameAsOnce() {
    var flow = world.published(FlowWorld.says("Hi"), FlowWorld.any());

    var once = world.flows.unpublish(world.workspace, flow.id(), tag(flow));
    var twice = world.flows.unpublish(world.workspace, flow.id(), null);

    assertThat(once.status()).isEqualTo(FlowStatus.DRAFT);
    assertThat(once.publishedVersion()).isEqualTo(1);
    assertThat(twice).isEqualTo(once);
  }

  @Test
  void flowsAreListedNewestFirst() {
    var one = world.draft(FlowWorld.says("1"), "");
    var two = world.draft(FlowWorld.says("2"), "");
    var three = world.draft(FlowWorld.says("3"), "");

    var first = world.flows.list(world.workspace, FIRST);
    var rest = world.flows.list(world.workspace, new PageRequest(2, first.next()));

    assertThat(first.items()).extracting(Flow::id).containsExactly(three.id(), two.id());
    assertThat(rest.items()).extracting(Flow::id).containsExactly(one.id());
  }

  @Test
  void anotherWorkspaceFindsNothing() {
    var flow = world.published(FlowWorld.says("Hi"), "");
    var other = new WorkspaceId(world.ids.next());

    assertThat(world.flows.list(other, FIRST).items()).isEmpty();
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> world.flows.get(other, flow.id()),
            () -> world.flows.update(other, flow.id(), "*", renamed("B")),
            () -> world.flows.delete(other, flow.id(), "*"),
            () -> world.flows.publish(other, flow.id(), null),
            () -> world.flows.unpublish(other, flow.id(), null),
            () -> world.flows.version(other, flow.id(), 1),
            () -> world.flows.versions(other, flow.id(), FIRST))) {
      assertThat(code(call)).isEqualTo(ProblemCode.NOT_FOUND);
    }
    assertThat(world.flows.get(world.workspace, flow.id())).isEqualTo(flow);
  }

  @Test
  void aDeletedFlowIsGoneWithItsVersions() {
    var flow = world.published(FlowWorld.says("Hi"), FlowWorld.any());

    assertThat(code(() -> world.flows.delete(world.workspace, flow.id(), null)))
        .isEqualTo(ProblemCode.PRECONDITION_REQUIRED);
    world.flows.delete(world.workspace, flow.id(), tag(flow));

    assertThat(code(() -> world.flows.get(world.workspace, flow.id())))
        .isEqualTo(ProblemCode.NOT_FOUND);
    assertThat(code(() -> world.flows.version(world.workspace, flow.id(), 1)))
        .isEqualTo(ProblemCode.NOT_FOUND);
  }

  @Test
  void aSimulationPlaysTheDraftOrAVersion() {
    var flow = world.published(FlowWorld.asks("Old"), "");
    world.flows.update(
        world.workspace,
        flow.id(),
        tag(flow),
        UpdateFlowRequest.builder()
            .definition(FlowWorld.definition(FlowWorld.says("Hi {{ contact.name }}"), ""))
            .build());
    var simulations =
        new SimulationService(
            world.flows,
            new FlowSimulator(new Engine(new Templates()), world.clock, new SplittableRandom(1)));
    var hello = List.of(SimulationInput.builder().text("hello").build());

    var draft =
        simulations.simulate(
            world.workspace,
            flow.id(),
            SimulateFlowRequest.builder()
                .inputs(hello)
                .contact(SimulationContact.builder().name("Ann").build())
                .build());
    var version =
        simulations.simulate(
            world.workspace,
            flow.id(),
            SimulateFlowRequest.builder().version(1).inputs(hello).build());

    assertThat(draft.transcript().toString()).contains("Hi Ann");
    assertThat(version.state().nodeId()).isEqualTo("a");
    assertThatThrownBy(
            () ->
                simulations.simulate(
                    world.workspace,
                    flow.id(),
                    SimulateFlowRequest.builder()
                        .inputs(List.of(SimulationInput.builder().build()))
                        .build()))
        .isInstanceOf(Invalid.class);
  }
}

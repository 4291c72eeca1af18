package ai.chatflow.scenarios;

import static ai.chatflow.scenarios.Refusals.pointers;
import static ai.chatflow.scenarios.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.sdk.RequestOptions;
import ai.chatflow.sdk.model.CreateFlowRequest;
import ai.chatflow.sdk.model.EndNode;
import ai.chatflow.sdk.model.Flow;
import ai.chatflow.sdk.model.FlowDefinition;
import ai.chatflow.sdk.model.FlowFinding;
import ai.chatflow.sdk.model.FlowNode;
import ai.chatflow.sdk.model.FlowSessionStatus;
import ai.chatflow.sdk.model.FlowStatus;
import ai.chatflow.sdk.model.FlowVersion;
import ai.chatflow.sdk.model.KeywordTrigger;
import ai.chatflow.sdk.model.MessageDirection;
import ai.chatflow.sdk.model.MessageNode;
import ai.chatflow.sdk.model.MessageSource;
import ai.chatflow.sdk.model.ProblemCode;
import ai.chatflow.sdk.model.QuestionNode;
import ai.chatflow.sdk.model.SimulateFlowRequest;
import ai.chatflow.sdk.model.SimulationContact;
import ai.chatflow.sdk.model.SimulationInput;
import ai.chatflow.sdk.model.TextContent;
import ai.chatflow.sdk.model.UpdateFlowRequest;
import ai.chatflow.testing.Inhabited;
import ai.chatflow.testing.TestWorkspace;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FlowsIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  @Test
  void aFlowIsDrawnPublishedChangedAndPublishedAgain() {
    var flows = WORKSPACE.client().flows();
    var created = flows.withRawResponse().create(request("Welcome", "drawn", "Hello"));
    var id = created.body().id();
    assertThat(created.body().status()).isEqualTo(FlowStatus.DRAFT);
    assertThat(created.body().publishedVersion()).isEmpty();

    var first = flows.publish(id, RequestOptions.ifMatch(etag(id)));
    flows.update(
        id,
        UpdateFlowRequest.builder().definition(definition("drawn", "Good day")).build(),
        RequestOptions.ifMatch(etag(id)));
    var second = flows.publish(id);

    assertThat(first.status()).isEqualTo(FlowStatus.PUBLISHED);
    assertThat(first.publishedVersion()).contains(1);
    assertThat(second.publishedVersion()).contains(2);
    assertThat(flows.listVersions(id).stream().map(FlowVersion::number)).containsExactly(2, 1);
    assertThat(flows.getVersion(id, 1).definition()).isEqualTo(definition("drawn", "Hello"));
    assertThat(flows.getVersion(id, 2).definition()).isEqualTo(definition("drawn", "Good day"));
    refusal(404, ProblemCode.NOT_FOUND, () -> flows.getVersion(id, 3));
    assertThat(flows.unpublish(id).status()).isNotEqualTo(FlowStatus.PUBLISHED);
  }

  @Test
  void nobodyChangesOrDeletesAFlowUnseen() {
    var flows = WORKSPACE.client().flows();
    var id = flows.create(request("Guarded", "guarded", "Hello")).id();
    var stale = etag(id);
    var rename = UpdateFlowRequest.builder().name("Renamed").build();
    flows.update(id, rename, RequestOptions.ifMatch(stale));

    refusal(428, ProblemCode.PRECONDITION_REQUIRED, () -> flows.update(id, rename));
    refusal(428, ProblemCode.PRECONDITION_REQUIRED, () -> flows.delete(id));
    refusal(
        412,
        ProblemCode.PRECONDITION_FAILED,
        () -> flows.update(id, rename, RequestOptions.ifMatch(stale)));
    refusal(
        412,
        ProblemCode.PRECONDITION_FAILED,
        () -> flows.publish(id, RequestOptions.ifMatch(stale)));
    refusal(
        412,
        ProblemCode.PRECONDITION_FAILED,
        () -> flows.delete(id, RequestOptions.ifMatch(stale)));

    flows.delete(id, RequestOptions.ifMatch(etag(id)));
    refusal(404, ProblemCode.NOT_FOUND, () -> flows.get(id));
  }

  @Test
  void aFlowWithErrorsIsInspectedAndNotPublished() {
    var flows = WORKSPACE.client().flows();
    var lost = FlowDefinition.builder().start("ask").nodes(List.of(ask("nowhere"))).build();
    var id = flows.create(CreateFlowRequest.builder().name("Lost").definition(lost).build()).id();

    var inspection = flows.inspect(id);
    var refusal = refusal(409, ProblemCode.FLOW_NOT_PUBLISHABLE, () -> flows.publish(id));

    assertThat(inspection.publishable()).isFalse();
    assertThat(inspection.findings()).extracting(FlowFinding::pointer).contains("/nodes/0/next");
    assertThat(pointers(refusal)).isNotEmpty();
  }

  @Test
  void aSimulationShowsWhatWouldBeSaidAndSendsNothing() {
    var client = WORKSPACE.client();
    var id = client.flows().create(request("Tried", "tried", "Hello")).id();
    var inputs =
        List.of(
            SimulationInput.builder().text("tried").build(),
            SimulationInput.builder().text("Sheena").build());

    var played =
        client
            .flows()
            .simulate(
                id,
                SimulateFlowRequest.builder()
                    .inputs(inputs)
                    .contact(SimulationContact.builder().name("Someone").build())
                    .build());

    assertThat(played.status()).isEqualTo(FlowSessionStatus.COMPLETED);
    assertThat(played.variables()).containsEntry("name", "Sheena");
    assertThat(played.transcript().stream().map(entry -> String.valueOf(entry.content())))
        .anyMatch(text -> text.contains("Hello Sheena"));
    assertThat(client.flowSessions().list(p -> p.flowId(id)).data()).isEmpty();
  }

  @Test
  void aPublishedFlowTalksToWhoeverWritesItsKeyword() {
    var client = WORKSPACE.client();
    var channel = Inhabited.sandbox(client, "Handset");
    var id = client.flows().create(request("Greeter", "greet", "Hello")).id();
    client.flows().publish(id);
    var phone = "+16505553000";

    var inbound = Inhabited.write(client, channel, phone, "greet");
    awaitTexts(inbound.conversationId(), "Who are you?");
    Inhabited.write(client, channel, phone, "Sheena");
    awaitTexts(inbound.conversationId(), "Who are you?", "Hello Sheena");

    var session =
        await()
            .atMost(Duration.ofSeconds(10))
            .until(
                () -> client.flowSessions().list(p -> p.flowId(id)).data().getFirst(),
                s -> s.status().equals(FlowSessionStatus.COMPLETED));
    assertThat(session.variables()).containsEntry("name", "Sheena");
    assertThat(session.contactId()).isEqualTo(inbound.contactId().orElseThrow());
    assertThat(client.flowSessions().get(session.id())).isEqualTo(session);
    assertThat(client.flows().list(p -> p.limit(100)).stream().map(Flow::id)).contains(id);
  }

  @Test
  void aFlowThatIsNotPublishedSaysNothing() {
    var client = WORKSPACE.client();
    var channel = Inhabited.sandbox(client, "Silent handset");
    var silent = client.flows().create(request("Silent", "silence", "Hello")).id();
    client.flows().publish(silent);
    client.flows().unpublish(silent);
    var loud = client.flows().create(request("Loud", "noise", "Hello")).id();
    client.flows().publish(loud);

    Inhabited.write(client, channel, "+16505553001", "silence");
    var noise = Inhabited.write(client, channel, "+16505553002", "noise");
    awaitTexts(noise.conversationId(), "Who are you?");

    assertThat(client.flowSessions().list(p -> p.flowId(silent)).data()).isEmpty();
  }

  private static void awaitTexts(String conversation, String... texts) {
    await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(() -> assertThat(said(conversation)).containsExactly(texts));
  }

  private static List<String> said(String conversation) {
    return WORKSPACE
        .client()
        .messages()
        .list(p -> p.conversationId(conversation).direction(MessageDirection.OUTBOUND))
        .stream()
        .filter(message -> message.source().equals(MessageSource.FLOW))
        .map(message -> ((TextContent) message.content()).text())
        .toList()
        .reversed();
  }

  private static String etag(String flow) {
    return WORKSPACE.client().flows().withRawResponse().get(flow).etag().orElseThrow();
  }

  private static CreateFlowRequest request(String name, String keyword, String greeting) {
    return CreateFlowRequest.builder().name(name).definition(definition(keyword, greeting)).build();
  }

  private static FlowDefinition definition(String keyword, String greeting) {
    var text = TextContent.builder().text(greeting + " {{ variables.name }}").build();
    List<FlowNode> nodes =
        List.of(
            ask("hello"),
            MessageNode.builder().id("hello").content(text).next("done").build(),
            EndNode.builder().id("done").build());
    return FlowDefinition.builder()
        .start("ask")
        .nodes(nodes)
        .triggers(List.of(KeywordTrigger.builder().keywords(List.of(keyword)).build()))
        .build();
  }

  private static QuestionNode ask(String next) {
    return QuestionNode.builder()
        .id("ask")
        .text("Who are you?")
        .variable("name")
        .next(next)
        .build();
  }
}

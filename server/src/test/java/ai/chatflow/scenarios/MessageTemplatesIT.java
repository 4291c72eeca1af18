package ai.chatflow.scenarios;

import static ai.chatflow.scenarios.Refusals.pointers;
import static ai.chatflow.scenarios.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.RequestOptions;
import ai.chatflow.sdk.errors.OperationFailedException;
import ai.chatflow.sdk.model.Channel;
import ai.chatflow.sdk.model.CreateChannelRequest;
import ai.chatflow.sdk.model.CreateMessageTemplateRequest;
import ai.chatflow.sdk.model.MessageErrorCode;
import ai.chatflow.sdk.model.MessageStatus;
import ai.chatflow.sdk.model.MessageTemplate;
import ai.chatflow.sdk.model.MessageTemplateBody;
import ai.chatflow.sdk.model.MessageTemplateCategory;
import ai.chatflow.sdk.model.MessageTemplateExample;
import ai.chatflow.sdk.model.MessageTemplateStatus;
import ai.chatflow.sdk.model.MessageTemplateSync;
import ai.chatflow.sdk.model.MessageTemplateUpdatedEvent;
import ai.chatflow.sdk.model.Operation;
import ai.chatflow.sdk.model.ProblemCode;
import ai.chatflow.sdk.model.SendMessageRequest;
import ai.chatflow.sdk.model.SyncMessageTemplatesRequest;
import ai.chatflow.sdk.model.TemplateComponent;
import ai.chatflow.sdk.model.TemplateComponentType;
import ai.chatflow.sdk.model.TemplateContent;
import ai.chatflow.sdk.model.TemplateParameter;
import ai.chatflow.sdk.model.TemplateParameterType;
import ai.chatflow.sdk.model.UpdateMessageTemplateRequest;
import ai.chatflow.sdk.model.WhatsAppCloudConfigInput;
import ai.chatflow.testing.Inhabited;
import ai.chatflow.testing.TestServer;
import ai.chatflow.testing.TestWorkspace;
import ai.chatflow.testing.whatsapp.Fault;
import ai.chatflow.testing.whatsapp.GraphSimulator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Templates of WhatsApp, with a simulated Graph API at the other end.
class MessageTemplatesIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String ORDER = "Hi {{1}}, your order {{2}} has left.";

  private static ChatFlowClient client;
  private static GraphSimulator graph;
  private static Channel channel;

  @BeforeAll
  static void meet() {
    client = WORKSPACE.client();
    graph = WORKSPACE.server().graph();
    channel = connect(client);
  }

  @BeforeEach
  void reviewTakesItsTime() {
    graph.templates().reviews("PENDING");
    graph.templates().pagesOf(1_000);
  }

  private static Channel connect(ChatFlowClient in) {
    var account = TestServer.ACCOUNT;
    var config =
        WhatsAppCloudConfigInput.builder()
            .phoneNumberId(account.phoneNumberId())
            .wabaId(account.wabaId())
            .appId("634974688087057")
            .accessToken(account.token())
            .appSecret(account.appSecret())
            .verifyToken("a-long-random-word")
            .build();
    return in.channels().create(CreateChannelRequest.builder().name("Shop").config(config).build());
  }

  @Test
  void aTemplateIsSubmittedReviewedAndSent() throws Exception {
    var submitted = wait(client.messageTemplates().create(order("life_of_a_template")));

    assertThat(submitted.status()).isEqualTo(MessageTemplateStatus.PENDING);
    assertThat(submitted.providerStatus()).contains("PENDING");
    assertThat(graph.templates().named("life_of_a_template")).hasSize(1);
    var waiting =
        refusal(
            422,
            ProblemCode.TEMPLATE_NOT_SENDABLE,
            () -> send(channel, "life_of_a_template", "Ann", "42"));
    assertThat(pointers(waiting)).containsExactly("/content/name");

    heard(submitted, "message_template_status_update", 1, "{\"event\":\"APPROVED\"}");
    var approved = awaitStatus(submitted, MessageTemplateStatus.APPROVED);
    var sent = send(channel, "life_of_a_template", "Ann", "42");

    assertThat(approved.accountId()).isEqualTo(TestServer.ACCOUNT.wabaId());
    assertThat(Inhabited.awaitStatus(client, sent, MessageStatus.SENT).providerMessageId())
        .isPresent();
    var mismatch =
        refusal(
            422,
            ProblemCode.TEMPLATE_MISMATCH,
            () -> send(channel, "life_of_a_template", "only one"));
    assertThat(pointers(mismatch)).containsExactly("/content/components/0/parameters");
    assertThat(told(submitted)).contains("status provider_status");
  }

  @Test
  void webhooksMayComeInAnyOrderAndTwice() throws Exception {
    graph.templates().reviews("APPROVED");
    var template = wait(client.messageTemplates().create(order("out_of_order")));

    heard(
        template,
        "message_template_status_update",
        20,
        """
        {"event":"PAUSED","reason":"NONE",
         "other_info":{"title":"FIRST_PAUSE","description":"Low quality."}}
        """);
    heard(template, "message_template_status_update", 10, "{\"event\":\"APPROVED\"}");
    for (int i = 0; i < 2; i++) {
      heard(template, "message_template_quality_update", 5, "{\"new_quality_score\":\"RED\"}");
    }
    heard(
        template,
        "template_category_update",
        6,
        "{\"previous_category\":\"UTILITY\",\"new_category\":\"MARKETING\"}");

    var shown = client.messageTemplates().get(template.id());
    assertThat(shown.status()).isEqualTo(MessageTemplateStatus.PAUSED);
    assertThat(shown.rejectionReason()).contains("first_pause");
    assertThat(shown.rejectionDetail()).contains("Low quality.");
    assertThat(shown.qualityScore().value()).isEqualTo("red");
    assertThat(shown.category()).isEqualTo(MessageTemplateCategory.MARKETING);
    assertThat(shown.previousCategory()).contains("utility");
    assertThat(told(template).filter("quality_score"::equals)).hasSize(1);
    var paused =
        refusal(
            422,
            ProblemCode.TEMPLATE_NOT_SENDABLE,
            () -> send(channel, "out_of_order", "Ann", "42"));
    assertThat(paused.errors().getFirst().code()).isEqualTo("paused");
  }

  @Test
  void whatWasQueuedForAPausedTemplateFailsAndSaysWhy() {
    graph.templates().reviews("APPROVED");
    wait(client.messageTemplates().create(order("paused_meanwhile")));
    graph.next(new Fault.Refuse(400, 132015, 0));

    var sent = send(channel, "paused_meanwhile", "Ann", "42");
    var failed = Inhabited.awaitStatus(client, sent, MessageStatus.FAILED);

    assertThat(failed.error().orElseThrow().code()).isEqualTo(MessageErrorCode.TEMPLATE_PAUSED);
    assertThat(failed.error().orElseThrow().providerCode()).contains("132015");
  }

  @Test
  void anAnswerThatWasLostNeitherLosesNorDoublesATemplate() {
    graph.templates().next("POST", new Fault.DropAfterAccepting());
    var taken = wait(client.messageTemplates().create(order("lost_answer")));
    graph.templates().next("POST", new Fault.DropBeforeAccepting());
    var sentAgain = wait(client.messageTemplates().create(order("lost_request")));

    assertThat(graph.templates().named("lost_answer")).hasSize(1);
    assertThat(graph.templates().named("lost_request")).hasSize(1);
    assertThat(taken.providerTemplateId())
        .contains(graph.templates().named("lost_answer").getFirst().path("id").asText());
    assertThat(sentAgain.status()).isEqualTo(MessageTemplateStatus.PENDING);
  }

  @Test
  void whatTheProviderRefusesStaysAsADraftAndIsSubmittedAgain() {
    graph.templates().next("POST", new Fault.Refuse(400, 100, 0));
    var begun = client.messageTemplates().create(order("refused_once"));
    var failure = failure(begun);
    var draft = client.messageTemplates().get(begun.resourceId().orElseThrow());

    var problem = failure.operation().error().orElseThrow();
    assertThat(problem.code()).isEqualTo(ProblemCode.PROVIDER_REFUSED);
    assertThat(problem.upstream().orElseThrow().code()).contains("100");
    assertThat(problem.upstream().orElseThrow().traceId()).contains("SIMULATED");
    assertThat(draft.status()).isEqualTo(MessageTemplateStatus.DRAFT);
    assertThat(draft.rejectionDetail()).contains("Simulated.");

    var again = wait(update(draft, UpdateMessageTemplateRequest.builder().components(body("Hi."))));
    assertThat(again.status()).isEqualTo(MessageTemplateStatus.PENDING);
    assertThat(again.id()).isEqualTo(draft.id());
    assertThat(again.rejectionDetail()).isEmpty();
  }

  @Test
  void ourOwnRulesComeFirstAndNameEveryField() {
    var wrong =
        order("our_rules").toBuilder()
            .components(
                List.of(MessageTemplateBody.builder().text("{{1}} and {{3}} are here").build()))
            .build();

    var refused =
        refusal(422, ProblemCode.VALIDATION_FAILED, () -> client.messageTemplates().create(wrong));

    assertThat(pointers(refused))
        .containsExactlyInAnyOrder(
            "/components/0/text", "/components/0/text", "/components/0/examples");
    assertThat(graph.templates().named("our_rules")).isEmpty();
  }

  @Test
  void aNameAndLanguageAreTakenOnce() {
    wait(client.messageTemplates().create(order("taken")));
    refusal(
        409, ProblemCode.TEMPLATE_TAKEN, () -> client.messageTemplates().create(order("taken")));
    wait(client.messageTemplates().create(order("taken").toBuilder().language("de").build()));
    graph.templates().has(elsewhere("taken_elsewhere", "APPROVED"));

    var failure = failure(client.messageTemplates().create(order("taken_elsewhere")));

    assertThat(failure.operation().error().orElseThrow().code())
        .isEqualTo(ProblemCode.TEMPLATE_TAKEN);
    assertThat(client.messageTemplates().list(p -> p.name("taken")).data())
        .extracting(MessageTemplate::language)
        .containsExactly("de", "en_US");
  }

  @Test
  void anApprovedTemplateIsChangedOnceADay() {
    graph.templates().reviews("APPROVED");
    var before = wait(client.messageTemplates().create(order("changed")));
    var patch = UpdateMessageTemplateRequest.builder().components(body("It has left."));

    refusal(
        428,
        ProblemCode.PRECONDITION_REQUIRED,
        () -> client.messageTemplates().update(before.id(), patch.build()));
    refusal(
        422,
        ProblemCode.VALIDATION_FAILED,
        () ->
            update(
                before,
                UpdateMessageTemplateRequest.builder()
                    .category(MessageTemplateCategory.MARKETING)));
    var after = wait(update(before, patch));
    graph.templates().set(after.providerTemplateId().orElseThrow(), "status", "APPROVED");
    sync(client, channel);
    var failure =
        failure(
            update(
                before, UpdateMessageTemplateRequest.builder().components(body("It is there."))));

    assertThat(after.status()).isEqualTo(MessageTemplateStatus.PENDING);
    assertThat(after.components()).isEqualTo(body("It has left."));
    var problem = failure.operation().error().orElseThrow();
    assertThat(problem.code()).isEqualTo(ProblemCode.PROVIDER_REFUSED);
    assertThat(problem.detail()).contains("Edited once today already.");
    var kept = client.messageTemplates().get(before.id());
    assertThat(kept.components()).isEqualTo(body("It has left."));
    assertThat(kept.status()).isEqualTo(MessageTemplateStatus.APPROVED);
  }

  @Test
  void aTemplateIsDeletedThereAndHere() {
    var template = wait(client.messageTemplates().create(order("deleted")));
    graph.templates().next("DELETE", new Fault.DropAfterAccepting());

    var deleted = wait(delete(template));

    assertThat(deleted.status()).isEqualTo(MessageTemplateStatus.DELETED);
    assertThat(graph.templates().named("deleted")).isEmpty();
    assertThat(client.messageTemplates().list(p -> p.name("deleted")).data()).isEmpty();
    assertThat(
            client
                .messageTemplates()
                .list(p -> p.name("deleted").status(MessageTemplateStatus.DELETED))
                .data())
        .containsExactly(deleted);
    refusal(409, ProblemCode.TEMPLATE_NOT_EDITABLE, () -> delete(deleted));
    assertThat(wait(client.messageTemplates().create(order("deleted"))).id())
        .isNotEqualTo(template.id());
  }

  @Test
  void allTemplatesOfAnAccountAreReadPageByPage() {
    var other = other("Reading");
    var number = connect(other);
    graph.templates().pagesOf(2);
    var gone = graph.templates().has(elsewhere("read_gone", "APPROVED"));
    for (int i = 0; i < 5; i++) {
      graph.templates().has(elsewhere("read_" + i, i == 3 ? "SOMETHING_NEW" : "APPROVED"));
    }

    var first = sync(other, number);
    graph.templates().forget(gone);
    var second = sync(other, number);
    var third = sync(other, number);

    assertThat(first.created()).isEqualTo(first.found()).isGreaterThanOrEqualTo(6);
    assertThat(second.deleted()).isEqualTo(1);
    assertThat(third.changed() + third.created() + third.deleted()).isZero();
    var odd = other.messageTemplates().list(p -> p.name("read_3")).data().getFirst();
    assertThat(odd.status()).isEqualTo(MessageTemplateStatus.UNKNOWN);
    assertThat(odd.providerStatus()).contains("SOMETHING_NEW");
    var vanished =
        other
            .messageTemplates()
            .list(p -> p.name("read_gone").status(MessageTemplateStatus.DELETED))
            .data();
    assertThat(vanished).hasSize(1);
    refusal(
        422,
        ProblemCode.TEMPLATE_UNKNOWN,
        () -> other.messages().send(request(number, "nobodys", "a")));
    refusal(
        422,
        ProblemCode.TEMPLATE_NOT_SENDABLE,
        () -> other.messages().send(request(number, "read_gone", "a")));
  }

  @Test
  void anAccountIsReadAfterItWasConnectedAndWhenItHasTemplatesThatNobodyKnew() throws Exception {
    var other = other("Connecting");
    var number = connect(other);
    graph.templates().has(elsewhere("read_by_itself", "APPROVED"));

    other.channels().connect(number.id());
    awaitNamed(other, "read_by_itself");
    var late = graph.templates().has(elsewhere("heard_of_first", "APPROVED"));
    var hook = URI.create(number.webhookUrl().orElseThrow().toString());
    var webhook =
        graph
            .webhooks()
            .template(
                "message_template_status_update",
                seconds(),
                late,
                "heard_of_first",
                JSON.readTree("{\"event\":\"APPROVED\"}"));
    assertThat(graph.webhooks().post(hook, webhook)).isEqualTo(200);

    assertThat(awaitNamed(other, "heard_of_first").status())
        .isEqualTo(MessageTemplateStatus.APPROVED);
  }

  private static MessageTemplate awaitNamed(ChatFlowClient in, String name) {
    return await("a template " + name)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> in.messageTemplates().list(p -> p.name(name)).data(), d -> !d.isEmpty())
        .getFirst();
  }

  private static ChatFlowClient other(String name) {
    return WORKSPACE.client(WORKSPACE.another(name).liveKey()).build();
  }

  private static CreateMessageTemplateRequest order(String name) {
    return CreateMessageTemplateRequest.builder()
        .channelId(channel.id())
        .name(name)
        .language("en_US")
        .category(MessageTemplateCategory.UTILITY)
        .components(
            List.of(
                MessageTemplateBody.builder()
                    .text(ORDER)
                    .examples(List.of(example("Ann"), example("42")))
                    .build()))
        .build();
  }

  private static MessageTemplateExample example(String value) {
    return MessageTemplateExample.builder().value(value).build();
  }

  private static List<ai.chatflow.sdk.model.MessageTemplateComponent> body(String text) {
    return List.of(MessageTemplateBody.builder().text(text).build());
  }

  /// A template as Meta has it.
  private static JsonNode elsewhere(String name, String status) {
    ObjectNode template = JSON.createObjectNode();
    template.put("name", name).put("language", "en_US").put("status", status);
    template.put("category", "UTILITY").put("parameter_format", "POSITIONAL");
    template.putArray("components").addObject().put("type", "BODY").put("text", "Something else.");
    return template;
  }

  private static MessageTemplate wait(Operation begun) {
    var ended = client.operations().wait(begun, w -> w.timeout(PATIENCE));
    return (MessageTemplate) ended.result().orElseThrow();
  }

  private static OperationFailedException failure(Operation begun) {
    var failure =
        catchThrowableOfType(
            OperationFailedException.class,
            () -> client.operations().wait(begun, w -> w.timeout(PATIENCE)));
    return Objects.requireNonNull(failure, "it succeeded");
  }

  private static Operation update(
      MessageTemplate template, UpdateMessageTemplateRequest.Builder patch) {
    return client
        .messageTemplates()
        .update(template.id(), patch.build(), RequestOptions.ifMatch("*"));
  }

  private static Operation delete(MessageTemplate template) {
    return client.messageTemplates().delete(template.id(), RequestOptions.ifMatch("*"));
  }

  private static MessageTemplateSync sync(ChatFlowClient in, Channel number) {
    var begun = in.messageTemplates().sync(SyncMessageTemplatesRequest.of(number.id()));
    var ended = in.operations().wait(begun, w -> w.timeout(PATIENCE));
    return (MessageTemplateSync) ended.result().orElseThrow();
  }

  private static String send(Channel number, String template, String... values) {
    return client.messages().send(request(number, template, values)).id();
  }

  private static SendMessageRequest request(Channel number, String template, String... values) {
    var parameters =
        Stream.of(values)
            .map(
                value ->
                    TemplateParameter.builder()
                        .type(TemplateParameterType.TEXT)
                        .text(value)
                        .build())
            .toList();
    var body =
        TemplateComponent.builder().type(TemplateComponentType.BODY).parameters(parameters).build();
    return Inhabited.text(number.id(), "+16505557099", "")
        .content(
            TemplateContent.builder()
                .name(template)
                .language("en_US")
                .components(List.of(body))
                .build())
        .build();
  }

  private static MessageTemplate awaitStatus(MessageTemplate of, MessageTemplateStatus status) {
    return await("status " + status.value())
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> client.messageTemplates().get(of.id()), t -> t.status().equals(status));
  }

  /// Meta tells something of a template, so many seconds from now by its clock.
  private static void heard(MessageTemplate about, String field, int later, String more)
      throws Exception {
    var webhook =
        graph
            .webhooks()
            .template(
                field,
                seconds() + later,
                about.providerTemplateId().orElseThrow(),
                about.name(),
                JSON.readTree(more));
    var hook = URI.create(channel.webhookUrl().orElseThrow().toString());
    assertThat(graph.webhooks().post(hook, webhook)).isEqualTo(200);
  }

  private static long seconds() {
    return WORKSPACE.server().now().getEpochSecond();
  }

  /// What events said of a template: the members that changed.
  private static Stream<String> told(MessageTemplate of) {
    return await("events")
        .atMost(PATIENCE)
        .until(
            () ->
                client.events().list(p -> p.limit(100)).stream()
                    .filter(MessageTemplateUpdatedEvent.class::isInstance)
                    .map(e -> ((MessageTemplateUpdatedEvent) e).data())
                    .filter(data -> data.messageTemplate().id().equals(of.id()))
                    .map(data -> String.join(" ", data.changed()))
                    .toList(),
            all -> all.size() > 1)
        .stream();
  }
}

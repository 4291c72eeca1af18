package ai.chatflow.scenarios;

import static ai.chatflow.scenarios.Refusals.pointers;
import static ai.chatflow.scenarios.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.sdk.RequestOptions;
import ai.chatflow.sdk.model.Channel;
import ai.chatflow.sdk.model.ChannelType;
import ai.chatflow.sdk.model.CreateChannelRequest;
import ai.chatflow.sdk.model.ProblemCode;
import ai.chatflow.sdk.model.SandboxConfig;
import ai.chatflow.sdk.model.SandboxConfigInput;
import ai.chatflow.sdk.model.UpdateChannelRequest;
import ai.chatflow.sdk.model.WhatsAppCloudConfig;
import ai.chatflow.sdk.model.WhatsAppCloudConfigInput;
import ai.chatflow.testing.Inhabited;
import ai.chatflow.testing.TestWorkspace;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ChannelsIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static final List<String> SECRETS =
      List.of("very-secret-token", "very-secret-app", "very-secret-word");

  @Test
  void aNumberNeedsItsSecretsAndAllThatLackAreNamed() {
    var config =
        WhatsAppCloudConfigInput.builder().phoneNumberId("100").wabaId("200").appId("300").build();

    var refusal =
        refusal(
            422,
            ProblemCode.VALIDATION_FAILED,
            () -> WORKSPACE.client().channels().create(named("Bare", config)));

    assertThat(pointers(refusal))
        .containsExactlyInAnyOrder(
            "/config/access_token", "/config/app_secret", "/config/verify_token");
  }

  @Test
  void secretsGoInAndNeverComeOut() {
    var api = WORKSPACE.client().channels();
    var created = api.create(named("Secretive", number("101", "301")));
    var health = api.getHealth(created.id());

    var texts =
        List.of(
            created.toString(),
            api.get(created.id()).toString(),
            api.list(p -> p.limit(100)).data().toString(),
            health.toString(),
            WORKSPACE.client().events().list(p -> p.limit(100)).data().toString());

    assertThat(texts)
        .allSatisfy(text -> assertThat(text).doesNotContain(SECRETS.toArray(String[]::new)));
    assertThat(created.config()).isInstanceOf(WhatsAppCloudConfig.class);
    assertThat(created.webhookUrl().orElseThrow().toString())
        .startsWith(WORKSPACE.server().url() + "/hooks/whatsapp-cloud/hok_");
  }

  @Test
  void aNumberBelongsToOneChannel() {
    var api = WORKSPACE.client().channels();
    var first = api.create(named("First", number("102", "302")));

    refusal(
        409, ProblemCode.CHANNEL_TAKEN, () -> api.create(named("Second", number("102", "302"))));

    api.delete(first.id());
    assertThat(api.create(named("Third", number("102", "302"))).id()).isNotEqualTo(first.id());
  }

  @Test
  void channelsOfOneAppShareItsHookAndTheSecondNeedsOnlyItsToken() {
    var api = WORKSPACE.client().channels();
    var first = api.create(named("One", number("103", "303")));
    var config =
        WhatsAppCloudConfigInput.builder()
            .phoneNumberId("104")
            .wabaId("200")
            .appId("303")
            .accessToken("very-secret-token")
            .build();

    var second = api.create(named("Two", config));

    assertThat(second.webhookUrl()).isEqualTo(first.webhookUrl());
  }

  @Test
  void aChannelIsChangedByWhoeverSawItsLatestState() {
    var api = WORKSPACE.client().channels();
    var created = api.create(named("Before", SandboxConfigInput.builder().build()));
    var etag = api.withRawResponse().get(created.id()).etag().orElseThrow();

    var changed =
        api.update(
            created.id(),
            UpdateChannelRequest.builder()
                .name("After")
                .sendRatePerSecond(5)
                .metadata(Map.of("team", "shop"))
                .build(),
            RequestOptions.ifMatch(etag));

    assertThat(changed.name()).isEqualTo("After");
    assertThat(changed.sendRatePerSecond()).isEqualTo(5);
    assertThat(changed.metadata()).containsEntry("team", "shop");
    refusal(
        412,
        ProblemCode.PRECONDITION_FAILED,
        () ->
            api.update(
                created.id(),
                UpdateChannelRequest.builder().name("Late").build(),
                RequestOptions.ifMatch(etag)));
    refusal(
        422,
        ProblemCode.VALIDATION_FAILED,
        () ->
            api.update(
                created.id(), UpdateChannelRequest.builder().config(number("105", "305")).build()));
  }

  @Test
  void channelsAreListedByType() {
    var api = WORKSPACE.client().channels();
    var sandbox = Inhabited.sandbox(WORKSPACE.client(), "Listed");
    var number = api.create(named("Listed too", number("106", "306"))).id();

    var sandboxes = api.list(p -> p.type(ChannelType.SANDBOX)).stream().toList();
    var numbers = api.list(p -> p.type(ChannelType.WHATSAPP_CLOUD)).stream().toList();

    assertThat(sandboxes).extracting(Channel::id).contains(sandbox).doesNotContain(number);
    assertThat(sandboxes).allMatch(c -> c.config() instanceof SandboxConfig);
    assertThat(numbers).extracting(Channel::id).contains(number).doesNotContain(sandbox);
  }

  @Test
  void aDeletedChannelIsGoneAndItsHookWithIt() {
    var api = WORKSPACE.client().channels();
    var created = api.create(named("Short-lived", number("107", "307")));
    var hook = java.net.URI.create(created.webhookUrl().orElseThrow().toString()).getPath();

    api.delete(created.id());

    refusal(404, ProblemCode.NOT_FOUND, () -> api.get(created.id()));
    var posted =
        WORKSPACE.raw().call("POST", hook).body("application/json", "{\"object\":\"x\"}").send();
    assertThat(posted.status()).isEqualTo(404);
  }

  private static CreateChannelRequest named(
      String name, ai.chatflow.sdk.model.ChannelConfigInput config) {
    return CreateChannelRequest.builder().name(name).config(config).build();
  }

  private static WhatsAppCloudConfigInput number(String phoneNumberId, String appId) {
    return WhatsAppCloudConfigInput.builder()
        .phoneNumberId(phoneNumberId)
        .wabaId("200")
        .appId(appId)
        .accessToken(SECRETS.get(0))
        .appSecret(SECRETS.get(1))
        .verifyToken(SECRETS.get(2))
        .build();
  }
}

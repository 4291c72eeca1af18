package ai.chatflow.scenarios;

import static ai.chatflow.scenarios.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.Upload;
import ai.chatflow.sdk.model.CreateChannelRequest;
import ai.chatflow.sdk.model.DocumentContent;
import ai.chatflow.sdk.model.ImageContent;
import ai.chatflow.sdk.model.Media;
import ai.chatflow.sdk.model.MessageContent;
import ai.chatflow.sdk.model.MessageRecipient;
import ai.chatflow.sdk.model.ProblemCode;
import ai.chatflow.sdk.model.SandboxCapabilities;
import ai.chatflow.sdk.model.SandboxConfigInput;
import ai.chatflow.sdk.model.SendMessageBatchRequest;
import ai.chatflow.sdk.model.SendMessageRequest;
import ai.chatflow.sdk.model.SendableContent;
import ai.chatflow.sdk.model.StickerContent;
import ai.chatflow.sdk.model.TextContent;
import ai.chatflow.testing.Inhabited;
import ai.chatflow.testing.TestWorkspace;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Messages that name a file of the workspace.
class AttachedFilesIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static final byte[] PDF = "%PDF-1.7\nhello".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] JPEG = {
    (byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0
  };

  private static ChatFlowClient client;
  private static String channel;

  @BeforeAll
  static void connect() {
    client = WORKSPACE.client();
    channel = Inhabited.sandbox(client, "Files");
  }

  @Test
  void aFileGoesAsALinkThatGivesIt() {
    var media = upload("receipt.pdf", "application/pdf", PDF);

    var sent = client.messages().send(to("+16505551001", document(media.id()).build()));

    var shown = (DocumentContent) sent.content();
    assertThat(shown.mediaId()).hasValue(media.id());
    assertThat(shown.url()).isEmpty();
    assertThat(shown.mimeType()).hasValue("application/pdf");
    assertThat(shown.sha256()).hasValue(media.sha256());
    assertThat(shown.filename()).hasValue("receipt.pdf");
    var arrived = (DocumentContent) arrived(channel, "+16505551001");
    assertThat(fetch(arrived.url().orElseThrow())).isEqualTo(PDF);
  }

  @Test
  void aNameThatIsGivenStays() {
    var media = upload("receipt.pdf", "application/pdf", PDF);
    var named = document(media.id()).filename("Invoice 7.pdf").build();

    var sent = client.messages().send(to("+16505551002", named));

    assertThat(((DocumentContent) sent.content()).filename()).hasValue("Invoice 7.pdf");
  }

  @Test
  void whereOnlyTextIsCarriedTheLinkIsTheText() {
    var config = SandboxConfigInput.builder().capabilities(SandboxCapabilities.SMS).build();
    var sms =
        client
            .channels()
            .create(CreateChannelRequest.builder().name("SMS").config(config).build())
            .id();
    var media = upload("receipt.pdf", "application/pdf", PDF);
    var request =
        to("+16505551003", document(media.id()).build()).toBuilder().channelId(sms).build();

    client.messages().send(request);

    var text = ((TextContent) arrived(sms, "+16505551003")).text();
    assertThat(text).startsWith("receipt.pdf\nhttp");
    assertThat(fetch(text.substring(text.indexOf('\n') + 1))).isEqualTo(PDF);
  }

  @Test
  void whatTheChannelDoesNotCarryIsRefusedAtOnce() {
    var pdf = upload("receipt.pdf", "application/pdf", PDF);
    var large = Arrays.copyOf("RIFF____WEBPVP8 ".getBytes(StandardCharsets.US_ASCII), 600 * 1024);
    var sticker = upload("large.webp", "image/webp", large);

    var type =
        refusal(
            422,
            ProblemCode.CONTENT_NOT_SUPPORTED,
            () -> send(ImageContent.builder().mediaId(pdf.id()).build()));
    var size =
        refusal(
            422,
            ProblemCode.CONTENT_NOT_SUPPORTED,
            () -> send(StickerContent.builder().mediaId(sticker.id()).build()));

    assertThat(type.errors().getFirst().pointer()).hasValue("/content/media_id");
    assertThat(type.errors().getFirst().code()).isEqualTo("type_not_supported");
    assertThat(size.errors().getFirst().code()).isEqualTo("too_large");
    assertThat(size.errors().getFirst().detail()).contains("512000");
  }

  @Test
  void aFileThatIsNotThereIsRefused() {
    var other = WORKSPACE.client(WORKSPACE.another("Others").liveKey()).build();
    var theirs = other.media().create(Upload.of("a.jpg", "image/jpeg", JPEG));
    var ours = upload("a.jpg", "image/jpeg", JPEG);
    client.media().delete(ours.id());

    for (var id : List.of(theirs.id(), ours.id())) {
      var problem =
          refusal(
              422,
              ProblemCode.VALIDATION_FAILED,
              () -> send(ImageContent.builder().mediaId(id).build()));
      assertThat(problem.errors().getFirst().pointer()).hasValue("/content/media_id");
      assertThat(problem.errors().getFirst().code()).isEqualTo("not_found");
    }
  }

  @Test
  void aLinkBesideAFileIsOneTooMany() {
    var media = upload("a.jpg", "image/jpeg", JPEG);
    var both = ImageContent.builder().mediaId(media.id()).url("https://a.example/b").build();

    var problem = refusal(422, ProblemCode.VALIDATION_FAILED, () -> send(both));

    assertThat(problem.errors().getFirst().code()).isEqualTo("not_both");
  }

  @Test
  void eachOfABatchIsCheckedByItself() {
    var media = upload("a.jpg", "image/jpeg", JPEG);
    var image = ImageContent.builder().mediaId(media.id()).build();
    var pdf = document(upload("b.pdf", "application/pdf", PDF).id()).build();
    var lost = ImageContent.builder().mediaId("med_01kavk5e4sf2xr2bq6d8n1c7pm").build();

    var results =
        client
            .messages()
            .sendBatch(
                SendMessageBatchRequest.builder()
                    .messages(
                        List.of(
                            to("+16505551004", image),
                            to("+16505551004", lost),
                            to("+16505551004", pdf)))
                    .build())
            .results();

    assertThat(results).extracting(r -> r.message().isPresent()).containsExactly(true, false, true);
  }

  @Test
  void theCapabilitiesSayWhatFilesCanBe() {
    var files = client.channels().getCapabilities(channel).limits().files().orElseThrow();

    assertThat(files).hasSize(5);
    assertThat(files.getFirst().type().value()).isEqualTo("image");
    assertThat(files.getFirst().maxBytes()).isEqualTo(5 * 1024 * 1024);
    assertThat(files.getFirst().mimeTypes()).containsExactly("image/jpeg", "image/png");
  }

  private static Media upload(String name, String type, byte[] content) {
    return client.media().create(Upload.of(name, type, content));
  }

  private static DocumentContent.Builder document(String media) {
    return DocumentContent.builder().mediaId(media);
  }

  private static void send(SendableContent content) {
    client.messages().send(to("+16505551009", content));
  }

  private static SendMessageRequest to(String phone, SendableContent content) {
    return SendMessageRequest.builder()
        .channelId(channel)
        .to(MessageRecipient.builder().phone(phone).build())
        .content(content)
        .build();
  }

  private static MessageContent arrived(String channel, String phone) {
    return await("the message on the handset")
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> client.sandbox().listMessages(channel, p -> p.to(phone)).data(),
            m -> !m.isEmpty())
        .getFirst()
        .content();
  }

  private static byte[] fetch(String url) {
    var uri = URI.create(url);
    return WORKSPACE.http().get(uri.getRawPath() + "?" + uri.getRawQuery()).asByteArray();
  }
}

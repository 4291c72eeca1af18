package ai.chatflow.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.sdk.Upload;
import ai.chatflow.sdk.errors.NotFoundException;
import ai.chatflow.sdk.errors.PayloadTooLargeException;
import ai.chatflow.sdk.errors.ValidationException;
import ai.chatflow.sdk.model.Media;
import ai.chatflow.testing.RawHttp;
import ai.chatflow.testing.TestWorkspace;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Files come in, are given out by signed links, and go.
class MediaIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static final int MEBIBYTE = 1024 * 1024;
  private static final byte[] PNG =
      HexFormat.of()
          .parseHex(
              "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
                  + "0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082");

  @Test
  void aFileIsStoredAndGivenOutAsItCame() throws Exception {
    var content = random(MEBIBYTE + 17);

    var media = upload("../../etc/Über \"uns\".bin", "application/octet-stream", content);

    assertThat(media.filename().orElseThrow()).isEqualTo("Über %22uns%22.bin");
    assertThat(media.mimeType()).isEqualTo("application/octet-stream");
    assertThat(media.sizeBytes()).isEqualTo(content.length);
    assertThat(media.sha256()).isEqualTo(digest(content));
    assertThat(Duration.between(media.createdAt(), media.urlExpiresAt()))
        .isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
    var given = follow(media.url());
    assertThat(given.statusCode()).isEqualTo(200);
    assertThat(given.asByteArray()).isEqualTo(content);
    assertThat(given.header("Content-Disposition"))
        .isEqualTo(
            "attachment; filename=\"_ber _22uns_22.bin\";"
                + " filename*=UTF-8''%C3%9Cber%20%2522uns%2522.bin");
    assertThat(given.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(given.header("Content-Security-Policy")).isEqualTo("default-src 'none'; sandbox");
    assertThat(given.header("ETag")).isEqualTo("\"" + media.sha256() + "\"");
  }

  @Test
  void thePartsThatAreAskedForAreGiven() {
    var media = upload("digits.txt", "text/plain", "0123456789".getBytes(StandardCharsets.UTF_8));

    assertThat(part(media, "bytes=2-4").asString()).isEqualTo("234");
    assertThat(part(media, "bytes=2-4").header("Content-Range")).isEqualTo("bytes 2-4/10");
    assertThat(part(media, "bytes=7-").asString()).isEqualTo("789");
    assertThat(part(media, "bytes=-2").asString()).isEqualTo("89");
    assertThat(part(media, "bytes=8-99").asString()).isEqualTo("89");
    assertThat(part(media, "bytes=2-4").statusCode()).isEqualTo(206);
    assertThat(part(media, "bytes=10-").statusCode()).isEqualTo(416);
    assertThat(part(media, "bytes=-0").statusCode()).isEqualTo(416);
    assertThat(part(media, "bytes=0-1,4-5").statusCode()).isEqualTo(200);
    assertThat(part(media, "pages=1").asString()).isEqualTo("0123456789");
  }

  @Test
  void aPictureIsShownAndItsHeadHasNoBody() {
    var media = upload("dot.png", "image/png", PNG);

    var head = WORKSPACE.http().head(pathOf(media.url()));

    assertThat(head.header("Content-Type")).isEqualTo("image/png");
    assertThat(head.header("Content-Length")).isEqualTo(String.valueOf(PNG.length));
    assertThat(head.header("Content-Disposition")).startsWith("inline");
    assertThat(head.asByteArray()).isEmpty();
  }

  @Test
  void aLinkThatWasChangedOrIsOverLeadsNowhere() {
    var media = upload("dot.png", "image/png", PNG);
    var other = upload("hours.txt", "text/plain", "9 to 5".getBytes(StandardCharsets.UTF_8));
    var link = pathOf(media.url());

    assertThat(WORKSPACE.http().get(link).statusCode()).isEqualTo(200);
    refused(link.replace(media.id(), other.id()));
    refused(link.replaceFirst("expires=\\d+", "expires=99999999999"));
    refused(link.replaceFirst("expires=\\d+", "expires=soon"));
    refused(link.replaceFirst("signature=.", "signature=-"));
    refused(link.replaceFirst("&signature=.*", ""));
    refused(link.replaceFirst("\\?.*", ""));
    refused("/media/../v1/me");
  }

  @Test
  void whatIsNotWhatItSaysIsRefused() {
    var page = "<html><body><script>alert(1)</script></body></html>";

    var refusal = rawUpload("file", "cat.png", "image/png", page);

    assertThat(refusal.status()).isEqualTo(422);
    assertThat(refusal.code()).isEqualTo("validation_failed");
    assertThat(refusal.body().at("/errors/0/pointer").asText()).isEqualTo("/file");
    assertThat(refusal.body().at("/errors/0/code").asText()).isEqualTo("type_mismatch");
  }

  @Test
  void aPageIsOnlyEverAFile() {
    var page = "<html><body>Hello</body></html>".getBytes(StandardCharsets.UTF_8);

    var media = upload("page.html", "text/html", page);

    assertThat(media.mimeType()).isEqualTo("text/html");
    assertThat(follow(media.url()).header("Content-Disposition")).startsWith("attachment");
  }

  @Test
  void aFormThatIsNotAsTheContractSaysIsRefused() {
    assertThat(rawUpload("picture", "a.txt", "text/plain", "a").places())
        .containsExactly("/picture");
    assertThat(rawUpload("file", "a.txt", "text/plain", "").body().at("/errors/0/code").asText())
        .isEqualTo("empty");
    assertThat(body("multipart/form-data; boundary=frontier", "--frontier--\r\n").places())
        .containsExactly("/file");
    assertThat(body("multipart/form-data; boundary=frontier", "no form").code())
        .isIn("malformed_request", "validation_failed");
    assertThat(body("multipart/form-data", "--frontier--\r\n").code())
        .isEqualTo("malformed_request");
    assertThat(body("application/json", "{\"file\":\"a\"}").code())
        .isEqualTo("unsupported_media_type");
    var cut = "--frontier\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nabc";
    assertThat(body("multipart/form-data; boundary=frontier", cut).code())
        .isEqualTo("malformed_request");
    var two = cut + "\r\n" + cut + "\r\n--frontier--\r\n";
    assertThat(body("multipart/form-data; boundary=frontier", two).code())
        .isEqualTo("validation_failed");
  }

  @Test
  void aFileThatIsTooLargeIs413AndLeavesNothingBehind() throws IOException {
    assertThatThrownBy(() -> upload("a.bin", "application/octet-stream", random(2 * MEBIBYTE + 1)))
        .isInstanceOfSatisfying(
            PayloadTooLargeException.class,
            e -> assertThat(e.problem().orElseThrow().detail()).hasValue("At most 2 MiB."));

    upload("a.bin", "application/octet-stream", random(2 * MEBIBYTE));
    try (var left = Files.list(WORKSPACE.server().mediaFolder().resolve("incoming"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void theSameFileAgainIsTheSameMedia() throws Exception {
    var content = random(100);

    var first = upload("a.bin", "application/octet-stream", content);
    var again = upload("a.bin", "application/octet-stream", content);
    var renamed = upload("b.bin", "application/octet-stream", content);

    assertThat(again.id()).isEqualTo(first.id());
    assertThat(renamed.id()).isNotEqualTo(first.id());
    assertThat(renamed.sha256()).isEqualTo(first.sha256());
  }

  @Test
  void aContentGoesWithTheLastMediaThatHasIt() throws Exception {
    var content = random(100);
    var client = WORKSPACE.client();
    var first = upload("a.bin", "application/octet-stream", content);
    var second = upload("b.bin", "application/octet-stream", content);

    client.media().delete(first.id());
    letTimePass();

    assertThat(follow(first.url()).statusCode()).isEqualTo(404);
    assertThat(follow(second.url()).asByteArray()).isEqualTo(content);
    assertThatThrownBy(() -> client.media().get(first.id())).isInstanceOf(NotFoundException.class);

    client.media().delete(second.id());
    Awaitility.await("the content is gone")
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              letTimePass();
              return !Files.exists(blob(content));
            });
    assertThat(upload("c.bin", "application/octet-stream", content).sha256())
        .isEqualTo(first.sha256());
    assertThat(blob(content)).exists();
  }

  @Test
  void filesAreListedNewestFirst() {
    var client = WORKSPACE.client(WORKSPACE.another("Files").liveKey()).build();
    for (var name : new String[] {"1.txt", "2.txt", "3.txt"}) {
      client.media().create(Upload.of(name, "text/plain", name.getBytes(StandardCharsets.UTF_8)));
    }

    var page = client.media().list(p -> p.limit(2));

    assertThat(page.data())
        .extracting(m -> m.filename().orElseThrow())
        .containsExactly("3.txt", "2.txt");
    assertThat(client.media().list(p -> p.limit(2)).autoPage())
        .extracting(m -> m.filename().orElseThrow())
        .containsExactly("3.txt", "2.txt", "1.txt");
  }

  @Test
  void aFileOfTheDiskIsUploadedUnderItsName() throws IOException {
    var file = Files.write(Files.createTempDirectory("media").resolve("hours.txt"), PNG);

    var media = WORKSPACE.client().media().create(Upload.of(file));

    assertThat(media.filename()).hasValue("hours.txt");
    assertThat(media.mimeType()).isEqualTo("image/png");
    assertThatThrownBy(() -> Upload.of(Path.of("nowhere")).content())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anEmptyFileIsRefused() {
    assertThatThrownBy(() -> upload("a.txt", "text/plain", new byte[0]))
        .isInstanceOf(ValidationException.class);
  }

  /// What is doomed may go now, and whoever sweeps comes now.
  private static void letTimePass() {
    WORKSPACE
        .server()
        .owner(
            "update media_blob set doomed_at = now() where doomed_at is not null",
            "update housekeeping set due_at = now() where job = 'sweep-media'",
            "update lane set due_at = now() where kind = 'housekeeping'");
  }

  private static Path blob(byte[] content) throws NoSuchAlgorithmException {
    var workspace = WorkspaceId.fromString(WORKSPACE.client().me().workspace().id());
    var digest = digest(content);
    return WORKSPACE
        .server()
        .mediaFolder()
        .resolve(workspace.toString())
        .resolve(digest.substring(0, 2))
        .resolve(digest);
  }

  private static Media upload(String name, String type, byte[] content) {
    return WORKSPACE.client().media().create(Upload.of(name, type, content));
  }

  private static RawHttp.Answer rawUpload(String part, String name, String type, String content) {
    return WORKSPACE
        .raw()
        .call("POST", "/v1/media")
        .key(WORKSPACE.credentials().liveKey())
        .form(part, name, type, content.getBytes(StandardCharsets.UTF_8))
        .send();
  }

  private static RawHttp.Answer body(String type, String text) {
    return WORKSPACE
        .raw()
        .call("POST", "/v1/media")
        .key(WORKSPACE.credentials().liveKey())
        .body(type, text)
        .send();
  }

  private static void refused(String link) {
    var answer = WORKSPACE.http().get(link);
    assertThat(answer.statusCode()).as(link).isIn(401, 404);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
  }

  private static Response part(Media media, String range) {
    return WORKSPACE.http().header("Range", range).get(pathOf(media.url()));
  }

  private static Response follow(String url) {
    return WORKSPACE.http().get(pathOf(url));
  }

  private static String pathOf(String url) {
    var uri = URI.create(url);
    return uri.getRawPath() + "?" + uri.getRawQuery();
  }

  private static byte[] random(int size) {
    var bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    bytes[0] = 0;
    bytes[1] = 1;
    return bytes;
  }

  private static String digest(byte[] content) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }
}

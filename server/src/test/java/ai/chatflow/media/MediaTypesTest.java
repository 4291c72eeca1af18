package ai.chatflow.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaTypesTest {
  private static final String PNG = "89504e470d0a1a0a0000000d49484452";
  private static final String JPEG = "ffd8ffe000104a464946000101";
  private static final String OGG = "4f676753000200000000000000001234";
  private static final String ZIP = "504b03040a000000000000000000";

  @TempDir Path folder;

  @Test
  void whatTheBytesSayCountsWhenNothingIsDeclared() throws IOException {
    assertThat(settle(null, bytes(PNG))).contains("image/png");
    assertThat(settle("application/octet-stream", bytes(JPEG))).contains("image/jpeg");
    assertThat(settle(null, "%PDF-1.7\n".getBytes(StandardCharsets.US_ASCII)))
        .contains("application/pdf");
  }

  @Test
  void whatIsNotWhatItSaysIsRefused() throws IOException {
    var page = "<html><script>alert(1)</script></html>".getBytes(StandardCharsets.UTF_8);
    var text = "no picture".getBytes(StandardCharsets.UTF_8);

    assertThat(settle("image/png", page)).isEmpty();
    assertThat(settle("text/csv", page)).isEmpty();
    assertThat(settle("image/png", text)).isEmpty();
    assertThat(settle("image/png", new byte[] {0, 1, 2, 3})).isEmpty();
    assertThat(settle("application/pdf", text)).isEmpty();
    assertThat(settle("image/png", bytes(JPEG))).isEmpty();
    assertThat(settle("image/svg+xml", text)).isEmpty();
  }

  @Test
  void whatIsSaidMorePreciselyIsBelieved() throws IOException {
    var text = "a,b\n1,2\n".getBytes(StandardCharsets.UTF_8);

    assertThat(settle("text/csv; charset=utf-8", text)).contains("text/csv");
    assertThat(settle("audio/ogg", bytes(OGG))).contains("audio/ogg");
    assertThat(
            settle(
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                bytes(ZIP)))
        .contains("application/vnd.openxmlformats-officedocument.wordprocessingml.document");
  }

  @Test
  void otherNamesOfATypeAreTheType() throws IOException {
    assertThat(settle("IMAGE/PNG", bytes(PNG))).contains("image/png");
    assertThat(settle("image/pjpeg", bytes(JPEG))).contains("image/jpeg");
  }

  @Test
  void nonsenseIsNoType() throws IOException {
    assertThat(settle("nonsense", bytes(PNG))).contains("image/png");
  }

  @ParameterizedTest
  @CsvSource({
    "../../etc/passwd, passwd",
    "C:\\temp\\receipt.pdf, receipt.pdf",
    "..., ''",
    ".htaccess, htaccess",
    "a<b>.txt, a_b_.txt",
    "'r\u202Efdp.exe', rfdp.exe",
    "'line\r\nbreak.txt', linebreak.txt",
    "Öffnungszeiten.txt, Öffnungszeiten.txt"
  })
  void namesAreHarmless(String given, String harmless) {
    assertThat(Filenames.harmless(given)).isEqualTo(harmless);
  }

  @Test
  void aLongNameKeepsItsEnd() {
    assertThat(Filenames.harmless("x".repeat(400) + ".pdf")).hasSize(240).endsWith(".pdf");
    assertThat(Filenames.harmless(null)).isEmpty();
  }

  private Optional<String> settle(@org.jspecify.annotations.Nullable String declared, byte[] bytes)
      throws IOException {
    return MediaTypes.settle(declared, Files.write(folder.resolve("content"), bytes));
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}

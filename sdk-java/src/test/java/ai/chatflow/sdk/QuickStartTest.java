package ai.chatflow.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Every snippet of the guide is compiled as it stands and run in a JVM of its own, against a
/// server that answers with the contract's examples.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class QuickStartTest {
  private static final Path GUIDE = Path.of("../docs/sdk-java.md");
  private static final String SECRET = "whsec_" + "QUFB".repeat(8);
  @TempDir static Path output;
  private static int statements;

  @BeforeAll
  static void everySnippetCompiles() throws IOException {
    List<String> snippets =
        Pattern.compile("(?s)```java\n(.*?)```")
            .matcher(Files.readString(GUIDE))
            .results()
            .map((MatchResult match) -> match.group(1))
            .toList();
    String imports =
        snippets.get(0).lines().filter(QuickStartTest::isImport).collect(Collectors.joining("\n"));
    List<Path> sources = new ArrayList<>();
    StringBuilder calls = new StringBuilder();
    for (String snippet : snippets) {
      if (snippet.contains("static void main")) {
        sources.add(Files.writeString(output.resolve("Receiver.java"), snippet));
      } else {
        String name = "Snippet" + ++statements;
        sources.add(
            Files.writeString(output.resolve(name + ".java"), wrap(name, imports, snippet)));
        calls.append("    ").append(name).append(".run();\n");
        calls.append("    System.out.println(\"ran ").append(name).append("\");\n");
      }
    }
    String all =
        """
        class All {
          public static void main(String[] args) throws Exception {
        %s  }
        }
        """
            .formatted(calls);
    sources.add(Files.writeString(output.resolve("All.java"), all));
    compile(sources);
  }

  @Test
  void everySnippetRuns() throws Exception {
    try (ContractServer server = new ContractServer()) {
      Path log = output.resolve("all.log");
      int status = start(log, server.environment(), "All").waitFor();

      String printed = Files.readString(log);
      assertThat(status).as(printed).isZero();
      assertThat(statements).isGreaterThanOrEqualTo(8);
      for (int i = 1; i <= statements; i++) {
        assertThat(printed).contains("ran Snippet" + i);
      }
      assertThat(printed).contains("42 message.received\n43 message.received\nThe cursor is older");
      assertThat(server.requests())
          .contains("POST /v1/messages", "GET /v1/contacts", "GET /v1/events/stream", "GET /v1/me")
          .noneMatch(request -> request.isBlank());
    }
  }

  @Test
  void theReceiverOfTheGuideTakesWhatIsSignedAndNothingElse() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Path log = output.resolve("receiver.log");
    Process process =
        start(log, Map.of("CHATFLOW_WEBHOOK_SECRET", SECRET), "Receiver", Integer.toString(port));
    try {
      String body = Contract.example("EventPage").at("/data/0").toString();

      assertThat(post(port, body, body)).isEqualTo(204);
      assertThat(post(port, body + " ", body)).isEqualTo(400);
    } finally {
      process.destroy();
      process.waitFor();
    }
    assertThat(Files.readString(log)).contains("SIGNATURE_MISMATCH: ").contains("Does it come");
  }

  private static int post(int port, String body, String signed) throws Exception {
    String time = Long.toString(Instant.now().getEpochSecond());
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(
        new SecretKeySpec(Base64.getDecoder().decode(SECRET.substring(6)), mac.getAlgorithm()));
    byte[] signature =
        mac.doFinal(("evt_1." + time + "." + signed).getBytes(StandardCharsets.UTF_8));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/webhooks"))
            .header("webhook-id", "evt_1")
            .header("webhook-timestamp", time)
            .header("webhook-signature", "v1," + Base64.getEncoder().encodeToString(signature))
            .POST(BodyPublishers.ofString(body))
            .build();
    HttpClient http = HttpClient.newHttpClient();
    while (true) {
      try {
        return http.send(request, BodyHandlers.discarding()).statusCode();
      } catch (java.net.ConnectException e) {
        Thread.onSpinWait(); // it starts
      }
    }
  }

  private static String wrap(String name, String imports, String snippet) {
    String body =
        snippet.lines().filter(line -> !isImport(line)).collect(Collectors.joining("\n    "));
    return """
    %s

    class %s {
      static final ChatFlowClient client = ChatFlowClient.fromEnv();

      static void run() throws Exception {
        %s
      }
    }
    """
        .formatted(imports, name, body);
  }

  private static boolean isImport(String line) {
    return line.startsWith("import ");
  }

  private static void compile(List<Path> sources) throws IOException {
    DiagnosticCollector<JavaFileObject> findings = new DiagnosticCollector<>();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options =
        List.of(
            "--release",
            "17",
            "-d",
            output.toString(),
            "-classpath",
            System.getProperty("java.class.path"),
            "-proc:none");
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  null, files, findings, options, null, files.getJavaFileObjectsFromPaths(sources))
              .call();
      assertThat(compiled).as(findings.getDiagnostics().toString()).isTrue();
    }
  }

  private static Process start(Path log, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(output + ":" + System.getProperty("java.class.path"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }
}

package ai.chatflow.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The jars as they are released, in a Maven project that knows nothing of this one. Its local
/// repository is this machine's, seen through links, with the SDK installed beside.
class PackagedJarIT {
  private static final String VERSION = System.getProperty("sdk.version");
  private static final String NAME = "chatflow-sdk-java-" + VERSION;
  private static final Path TARGET = Path.of("target").toAbsolutePath();

  private final FakeServer server = new FakeServer();
  @TempDir Path folder;

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aPlainMavenProjectCompilesAndRunsWithIt(boolean asModule) throws Exception {
    server.answer(200, Contract.example("Contact").toString());
    Path repository = install();
    Path project = project(asModule);

    run(
        project,
        Path.of(System.getProperty("maven.home"), "bin", "mvn").toString(),
        "-q",
        "-o",
        "-B",
        "-Dmaven.repo.local=" + repository,
        "compile",
        "dependency:build-classpath",
        "-Dmdep.outputFile=target/classpath",
        "-Dmdep.includeScope=runtime");
    String libraries = Files.readString(project.resolve("target/classpath"));
    String output =
        asModule
            ? run(project, java(), "-p", "target/classes:" + libraries, "-m", "shop/shop.Main")
            : run(project, java(), "-cp", "target/classes:" + libraries, "shop.Main");

    assertThat(output.strip()).isEqualTo("Sheena Nelson");
    assertThat(libraries.split(":"))
        .extracting(library -> Path.of(library).getFileName().toString().replaceAll("-\\d.*", ""))
        .containsExactlyInAnyOrder(
            "chatflow-sdk-java", "jackson-databind", "jackson-annotations", "jackson-core");
  }

  @Test
  void theJarHoldsTheSdkAndNothingElse() throws IOException {
    assertThat(entries(""))
        .contains(
            "module-info.class",
            "ai/chatflow/sdk/ChatFlowClient.class",
            "ai/chatflow/sdk/model/Contact.class",
            "ai/chatflow/sdk/sdk.properties")
        .allMatch(
            name ->
                name.equals("module-info.class")
                    || name.startsWith("ai/chatflow/sdk/")
                    || name.startsWith("META-INF/"));
  }

  @Test
  void sourcesAndJavadocAreOfWhatIsExported() throws IOException {
    assertThat(entries("-sources"))
        .contains(
            "ai/chatflow/sdk/ChatFlowClient.java",
            "ai/chatflow/sdk/core/Transport.java",
            "ai/chatflow/sdk/api/ContactsApi.java",
            "ai/chatflow/sdk/api/ContactsAsyncApi.java",
            "ai/chatflow/sdk/model/Contact.java");
    List<String> pages = entries("-javadoc");
    assertThat(pages)
        .anyMatch(name -> name.endsWith("ai/chatflow/sdk/ChatFlowClient.html"))
        .anyMatch(name -> name.endsWith("ai/chatflow/sdk/model/Contact.html"))
        .noneMatch(name -> name.contains("/core/"));
  }

  private static List<String> entries(String classifier) throws IOException {
    try (JarFile jar = new JarFile(TARGET.resolve(NAME + classifier + ".jar").toFile())) {
      return jar.stream()
          .filter(entry -> !entry.isDirectory())
          .map(entry -> entry.getName())
          .collect(Collectors.toList());
    }
  }

  private Path install() throws IOException {
    Path real = Path.of(System.getProperty("maven.repository"));
    Path view = Files.createDirectories(folder.resolve("repository"));
    link(real, view, "ai");
    link(real.resolve("ai"), Files.createDirectories(view.resolve("ai")), "chatflow");
    Path place = put(view, "chatflow-sdk-java", Path.of("pom.xml"));
    Files.copy(TARGET.resolve(NAME + ".jar"), place.resolve(NAME + ".jar"));
    put(view, "chatflow", Path.of("../pom.xml"));
    return view;
  }

  private static void link(Path real, Path view, String without) throws IOException {
    if (Files.isDirectory(real)) {
      try (Stream<Path> all = Files.list(real)) {
        for (Path one : all.filter(path -> !path.endsWith(without)).toList()) {
          Files.createSymbolicLink(view.resolve(one.getFileName()), one);
        }
      }
    }
  }

  private static Path put(Path repository, String artifact, Path pom) throws IOException {
    Path place = repository.resolve("ai/chatflow").resolve(artifact).resolve(VERSION);
    Files.createDirectories(place);
    Files.copy(pom, place.resolve(artifact + "-" + VERSION + ".pom"));
    return place;
  }

  /// Of the versions that this build has fetched.
  private static String plugins() throws IOException {
    String parent = Files.readString(Path.of("../pom.xml"));
    return Pattern.compile(
            "<artifactId>maven-(?:resources|compiler|dependency)-plugin</artifactId>\\s*"
                + "<version>[^<]*</version>")
        .matcher(parent)
        .results()
        .map(plugin -> "<plugin>" + plugin.group() + "</plugin>")
        .collect(Collectors.joining());
  }

  private Path project(boolean asModule) throws IOException {
    Path project = folder.resolve("shop");
    Path sources = Files.createDirectories(project.resolve("src/main/java/shop"));
    Files.writeString(
        project.resolve("pom.xml"),
        """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <groupId>shop</groupId>
          <artifactId>shop</artifactId>
          <version>1</version>
          <properties>
            <maven.compiler.release>17</maven.compiler.release>
            <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
          </properties>
          <dependencies>
            <dependency>
              <groupId>ai.chatflow</groupId>
              <artifactId>chatflow-sdk-java</artifactId>
              <version>%s</version>
            </dependency>
          </dependencies>
          <build>
            <plugins>%s</plugins>
          </build>
        </project>
        """
            .formatted(VERSION, plugins()));
    Files.writeString(
        sources.resolve("Main.java"),
        """
        package shop;

        import ai.chatflow.sdk.ChatFlowClient;
        import ai.chatflow.sdk.model.Contact;

        public class Main {
          public static void main(String[] args) {
            Contact contact = ChatFlowClient.fromEnv().contacts().get("con_1");
            System.out.println(contact.name().orElseThrow());
          }
        }
        """);
    if (asModule) {
      Files.writeString(
          project.resolve("src/main/java/module-info.java"),
          "module shop { requires ai.chatflow.sdk; }");
    }
    return project;
  }

  /// The Java that runs Maven: 17 or newer.
  private static String java() {
    String home = System.getenv("JAVA_HOME");
    return home == null ? "java" : Path.of(home, "bin", "java").toString();
  }

  private String run(Path place, String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(command)));
    builder.directory(place.toFile()).redirectErrorStream(true);
    builder.environment().putAll(FakeServer.environment(server));
    builder.environment().remove("MAVEN_OPTS");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }
}

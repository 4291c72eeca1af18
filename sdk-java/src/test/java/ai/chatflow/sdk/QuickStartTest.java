package ai.chatflow.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickStartTest {
  @TempDir Path output;

  @Test
  void theQuickStartCompilesAsItStands() throws IOException {
    String guide = Files.readString(Path.of("../docs/sdk-java.md"));
    Matcher snippet = Pattern.compile("(?s)```java\n(.*?)```").matcher(guide);
    assertThat(snippet.find()).isTrue();
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
    boolean compiled =
        compiler
            .getTask(null, null, findings, options, null, List.of(source(snippet.group(1))))
            .call();

    assertThat(compiled).as(findings.getDiagnostics().toString()).isTrue();
  }

  private static JavaFileObject source(String text) {
    URI uri = URI.create("string:///QuickStart.java");
    return new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }
}

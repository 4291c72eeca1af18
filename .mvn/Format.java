import com.google.googlejavaformat.java.Main;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `java --class-path=google-java-format.jar Format.java check|apply`, in the root of the project:
/// formats `*/src`. The formatter itself takes only files.
class Format {
  public static void main(String[] args) throws Exception {
    var apply = args[0].equals("apply");
    var options = apply ? List.of("--replace") : List.of("--dry-run", "--set-exit-if-changed");
    var arguments = new ArrayList<>(options);
    try (var modules = Files.newDirectoryStream(Path.of(""), Files::isDirectory)) {
      for (var module : modules) {
        addSources(arguments, module.resolve("src"));
      }
    }
    var out = new PrintWriter(System.out, true);
    var errors = new PrintWriter(System.err, true);
    var formatter = new Main(out, errors, InputStream.nullInputStream());
    var result = formatter.format(arguments.toArray(String[]::new));
    errors.flush();
    if (result != 0) {
      System.err.println("The files above are not formatted. Run: mvn -q -N validate -Pformat");
      System.exit(1);
    }
  }

  private static void addSources(List<String> arguments, Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (var files = Files.walk(folder)) {
        files.map(Path::toString).filter(name -> name.endsWith(".java")).forEach(arguments::add);
      }
    }
  }
}

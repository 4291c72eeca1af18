package ai.chatflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/// Files, methods, constructors and packages stay small enough to read at one go.
class SourceSizeTest {
  private static final Path MAIN = Path.of("src/main/java");
  private static final Path TEST = Path.of("src/test/java");
  private static final int FILE_LINES = 400;
  private static final int TEST_FILE_LINES = 600;
  private static final int METHOD_LINES = 40;
  private static final int CONSTRUCTOR_ARGUMENTS = 7;
  private static final int PACKAGE_FILES = 25;

  @Test
  void filesHaveAtMost400LinesAndTests600() throws IOException {
    var tooLong = new ArrayList<String>();
    for (var file : javaFiles(MAIN)) {
      addIfLonger(tooLong, file, FILE_LINES);
    }
    for (var file : javaFiles(TEST)) {
      addIfLonger(tooLong, file, TEST_FILE_LINES);
    }

    assertThat(tooLong).as("split these by use case").isEmpty();
  }

  @Test
  void methodsHaveAtMost40LinesAndConstructors7Arguments() throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var findings = new ArrayList<String>();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var units = files.getJavaFileObjectsFromPaths(javaFiles(MAIN));
      var task = (JavacTask) compiler.getTask(null, files, null, List.of(), null, units);
      var positions = Trees.instance(task).getSourcePositions();
      for (var unit : task.parse()) {
        new Scanner(unit, positions, findings).scan(unit, null);
      }
    }

    assertThat(findings).isEmpty();
  }

  /// Members of a sealed family do not count: the family is the package.
  @Test
  void packagesHaveAtMost25Files() throws IOException {
    var sizes =
        javaFiles(MAIN).stream()
            .filter(file -> !isMemberOfSealedFamily(file))
            .collect(Collectors.groupingBy(Path::getParent, Collectors.counting()));

    assertThat(sizes).allSatisfy((_, size) -> assertThat(size).isLessThanOrEqualTo(PACKAGE_FILES));
  }

  @Test
  void everyPackageSaysWhatItIsForAndThatNullIsMarked() throws IOException {
    var packages = javaFiles(MAIN).stream().map(Path::getParent).collect(Collectors.toSet());

    for (var folder : packages) {
      assertThat(folder.resolve("package-info.java"))
          .content()
          .startsWith("///")
          .contains("@NullMarked");
    }
  }

  private static List<Path> javaFiles(Path root) throws IOException {
    try (var files = Files.walk(root)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  private static void addIfLonger(List<String> tooLong, Path file, int limit) throws IOException {
    var lines = Files.readAllLines(file).size();
    if (lines > limit) {
      tooLong.add(file + " has " + lines + " lines");
    }
  }

  private static boolean isMemberOfSealedFamily(Path file) {
    var name = MAIN.relativize(file).toString().replace(".java", "").replace('/', '.');
    if (name.endsWith("package-info")) {
      return true;
    }
    try {
      var type = Class.forName(name, false, SourceSizeTest.class.getClassLoader());
      return Stream.concat(Stream.of(type.getInterfaces()), Stream.ofNullable(type.getSuperclass()))
          .anyMatch(parent -> parent.isSealed() && parent.getPackage() == type.getPackage());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static final class Scanner extends TreePathScanner<Object, Object> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<String> findings;

    Scanner(CompilationUnitTree unit, SourcePositions positions, List<String> findings) {
      this.unit = unit;
      this.positions = positions;
      this.findings = findings;
    }

    @Override
    public Object visitMethod(MethodTree method, Object context) {
      var owner = (ClassTree) Objects.requireNonNull(getCurrentPath().getParentPath()).getLeaf();
      var name = owner.getSimpleName() + "." + method.getName();
      var lines = lines(method.getBody());
      if (lines > METHOD_LINES) {
        findings.add(name + " has " + lines + " lines");
      }
      var isConstructor = method.getName().contentEquals("<init>");
      if (isConstructor
          && owner.getKind() != Tree.Kind.RECORD
          && method.getParameters().size() > CONSTRUCTOR_ARGUMENTS) {
        findings.add(name + " has " + method.getParameters().size() + " arguments");
      }
      return super.visitMethod(method, context);
    }

    private long lines(BlockTree body) {
      if (body == null) {
        return 0;
      }
      var map = unit.getLineMap();
      return map.getLineNumber(positions.getEndPosition(unit, body))
          - map.getLineNumber(positions.getStartPosition(unit, body))
          + 1;
    }
  }
}

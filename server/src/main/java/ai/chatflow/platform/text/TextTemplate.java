package ai.chatflow.platform.text;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import liqp.Template;
import org.jspecify.annotations.Nullable;

/// A compiled template. Immutable, safe for many threads.
public final class TextTemplate {
  private final String source;
  private final @Nullable Template compiled;
  private final Set<List<String>> variables;

  private TextTemplate(String source, @Nullable Template compiled, Set<List<String>> variables) {
    this.source = source;
    this.compiled = compiled;
    this.variables = Set.copyOf(variables);
  }

  static TextTemplate plain(String source) {
    return new TextTemplate(source, null, Set.of());
  }

  static TextTemplate liquid(String source, Template compiled, Set<List<String>> variables) {
    return new TextTemplate(source, compiled, variables);
  }

  /// What the template reads from outside: `contact.attributes.plan` is `["contact", "attributes",
  /// "plan"]`. An index that is an expression ends its path. Variables that the template makes
  /// itself (`assign`, `for`) are left out.
  public Set<List<String>> variables() {
    return variables;
  }

  /// The text. A variable without a value renders as nothing.
  ///
  /// @throws TemplateException when the text outgrows a limit or a filter cannot take its input
  public String render(Map<String, ?> values) {
    if (compiled == null) {
      return source;
    }
    try {
      return compiled.renderUnguarded(new HashMap<String, Object>(values));
    } catch (RuntimeException e) {
      throw new TemplateException("The template cannot be rendered: " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return source;
  }
}

package ai.chatflow.platform.text;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import liqp.Template;
import liqp.TemplateContext;
import liqp.TemplateParser;
import liqp.nodes.LNode;
import liqp.parser.v4.NodeVisitor;
import org.jspecify.annotations.Nullable;

/// A compiled template. Immutable, safe for many threads.
///
/// It renders liqp's nodes with a context of each call's own: liqp's `Template` keeps the context
/// of a render in a field, so two threads with one template would see each other's values.
public final class TextTemplate {
  private final String source;
  private final @Nullable Compiled compiled;
  private final Set<List<String>> variables;

  private record Compiled(TemplateParser parser, LNode root) {}

  private TextTemplate(String source, @Nullable Compiled compiled, Set<List<String>> variables) {
    this.source = source;
    this.compiled = compiled;
    this.variables = Set.copyOf(variables);
  }

  static TextTemplate plain(String source) {
    return new TextTemplate(source, null, Set.of());
  }

  static TextTemplate liquid(
      String source, TemplateParser parser, Template parsed, Set<List<String>> variables) {
    var visitor = new NodeVisitor(parser.insertions, parser.filters, parser.liquidStyleInclude);
    var compiled = new Compiled(parser, visitor.visit(parsed.getParseTree()));
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
    var context = new TemplateContext(compiled.parser(), new HashMap<String, Object>(values));
    try {
      Object rendered = compiled.root().render(context);
      return String.valueOf(
          compiled.parser().getRenderTransformer().transformObject(context, rendered));
    } catch (RuntimeException e) {
      throw new TemplateException("The template cannot be rendered: " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return source;
  }
}

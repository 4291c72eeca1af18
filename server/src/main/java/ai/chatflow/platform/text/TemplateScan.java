package ai.chatflow.platform.text;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import liqp.org.antlr.v4.runtime.tree.ParseTree;
import liquid.parser.v4.LiquidParser.AssignmentContext;
import liquid.parser.v4.LiquidParser.Capture_tagContext;
import liquid.parser.v4.LiquidParser.Cycle_tagContext;
import liquid.parser.v4.LiquidParser.FilterContext;
import liquid.parser.v4.LiquidParser.For_arrayContext;
import liquid.parser.v4.LiquidParser.For_rangeContext;
import liquid.parser.v4.LiquidParser.Include_relative_tagContext;
import liquid.parser.v4.LiquidParser.Include_tagContext;
import liquid.parser.v4.LiquidParser.IndexContext;
import liquid.parser.v4.LiquidParser.Lookup_IdContext;
import liquid.parser.v4.LiquidParser.Lookup_StrContext;
import liquid.parser.v4.LiquidParser.Lookup_id_indexesContext;
import liquid.parser.v4.LiquidParser.Other_tagContext;
import liquid.parser.v4.LiquidParser.Simple_tagContext;
import liquid.parser.v4.LiquidParser.Table_tagContext;

/// One walk over a parsed template: refuses what is not allowed and collects what it reads.
final class TemplateScan {
  private final Set<List<String>> reads = new LinkedHashSet<>();
  private final Set<String> own = new HashSet<>();

  private TemplateScan() {}

  /// @throws TemplateException for a tag or filter that is not allowed
  static TemplateScan of(ParseTree tree) {
    var scan = new TemplateScan();
    scan.walk(tree);
    return scan;
  }

  Set<List<String>> variables() {
    var outside = new LinkedHashSet<List<String>>();
    for (List<String> path : reads) {
      if (!own.contains(path.getFirst())) {
        outside.add(path);
      }
    }
    return outside;
  }

  private void walk(ParseTree tree) {
    visit(tree);
    for (int i = 0; i < tree.getChildCount(); i++) {
      walk(tree.getChild(i));
    }
  }

  private void visit(ParseTree tree) {
    switch (tree) {
      case Include_tagContext _, Include_relative_tagContext _ -> refuseTag("include");
      case Capture_tagContext _ -> refuseTag("capture");
      case Cycle_tagContext _ -> refuseTag("cycle");
      case Table_tagContext _ -> refuseTag("tablerow");
      case Simple_tagContext simple -> refuseUnlessBreak(simple.SimpleTagId().getText());
      case Other_tagContext other -> refuseTag(other.BlockId().getText());
      case FilterContext filter -> checkFilter(filter.Id().getText());
      case AssignmentContext assignment -> own.add(assignment.id().getText());
      case For_arrayContext loop -> loopVariable(loop.id().getText());
      case For_rangeContext loop -> loopVariable(loop.id().getText());
      case Lookup_id_indexesContext lookup -> reads.add(path(lookup));
      case Lookup_IdContext _, Lookup_StrContext _ ->
          throw new TemplateException("A variable is written as a name, like contact.name");
      default -> {}
    }
  }

  private void loopVariable(String name) {
    own.add(name);
    own.add("forloop");
  }

  private static List<String> path(Lookup_id_indexesContext lookup) {
    var path = new ArrayList<String>();
    path.add(lookup.id().getText());
    for (IndexContext index : lookup.index()) {
      String step = step(index);
      if (step.isEmpty()) {
        break;
      }
      path.add(step);
    }
    return List.copyOf(path);
  }

  /// The name of a step, or nothing when it is an expression.
  private static String step(IndexContext index) {
    if (index.id2() != null) {
      return index.id2().getText();
    }
    String text = index.expr() == null ? "" : index.expr().getText();
    boolean quoted = text.length() > 2 && (text.startsWith("'") || text.startsWith("\""));
    return quoted ? text.substring(1, text.length() - 1) : "";
  }

  private static void refuseUnlessBreak(String tag) {
    if (!tag.equals("break") && !tag.equals("continue")) {
      refuseTag(tag);
    }
  }

  private static void refuseTag(String tag) {
    throw new TemplateException("The tag " + tag + " is not allowed here");
  }

  private static void checkFilter(String filter) {
    if (!SafeFilters.allows(filter)) {
      throw new TemplateException(
          "There is no filter " + filter + "; there are " + String.join(", ", SafeFilters.names()));
    }
  }
}

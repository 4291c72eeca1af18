package ai.chatflow.flows.nodes;

import ai.chatflow.api.model.ButtonsContent;
import ai.chatflow.api.model.ButtonsNode;
import ai.chatflow.api.model.FlowButton;
import ai.chatflow.api.model.FlowFinding;
import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.ReplyButton;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Sends buttons and waits. A pressed button counts by its id; a typed title or its number counts
/// too, for channels that show buttons as text. Anything else leads to `otherwise_next`, or asks
/// again, `MAX_REPEATS` times at most.
record ButtonsStep(ButtonsNode node) implements NodeStep {
  static final int MAX_REPEATS = 10;
  private static final int MAX_TITLE = 20;
  private static final int WHATSAPP_BUTTONS = 3;

  @Override
  public String id() {
    return node.id();
  }

  @Override
  public Outcome enter(Turn turn) {
    turn.send(id(), content(turn));
    return new Outcome.Await(0);
  }

  @Override
  public Outcome answer(Turn turn, MessageContent answer, int attempts) {
    Optional<FlowButton> chosen = chosen(turn, answer);
    if (chosen.isPresent()) {
      turn.happened(new RunEvent.Answered(id(), chosen.get().id()));
      return new Outcome.Go(chosen.get().next());
    }
    turn.happened(new RunEvent.Rejected(id(), attempts + 1));
    if (node.otherwiseNext() != null) {
      return new Outcome.Go(node.otherwiseNext());
    }
    if (attempts >= MAX_REPEATS) {
      return new Outcome.Fail("No button was chosen after " + (attempts + 1) + " answers");
    }
    turn.send(id(), content(turn));
    return new Outcome.Await(attempts + 1);
  }

  private Optional<FlowButton> chosen(Turn turn, MessageContent answer) {
    Optional<String> id = Answers.chosenId(answer);
    for (FlowButton button : node.buttons()) {
      if (id.isPresent() && id.get().equals(button.id())) {
        return Optional.of(button);
      }
    }
    List<String> titles = node.buttons().stream().map(button -> title(turn, button)).toList();
    OptionalInt typed =
        Answers.text(answer).map(text -> Answers.typed(text, titles)).orElse(OptionalInt.empty());
    return typed.isPresent() ? Optional.of(node.buttons().get(typed.getAsInt())) : Optional.empty();
  }

  private ButtonsContent content(Turn turn) {
    String text = turn.render(node.text());
    if (text.isBlank()) {
      throw new EmptyTextException(id());
    }
    return ButtonsContent.builder()
        .text(text)
        .header(rendered(turn, node.header()))
        .footer(rendered(turn, node.footer()))
        .buttons(
            node.buttons().stream()
                .map(button -> new ReplyButton(button.id(), title(turn, button)))
                .toList())
        .build();
  }

  private static String title(Turn turn, FlowButton button) {
    String title = turn.render(button.title()).strip();
    return title.length() <= MAX_TITLE ? title : title.substring(0, MAX_TITLE - 1) + "…";
  }

  private static @Nullable String rendered(Turn turn, @Nullable String template) {
    String text = template == null ? "" : turn.render(template);
    return text.isBlank() ? null : text;
  }

  @Override
  public NodeShape shape() {
    var exits = new ArrayList<NodeShape.Exit>();
    var texts = new ArrayList<NodeShape.Text>();
    texts.add(new NodeShape.Text("/text", node.text()));
    addText(texts, "/header", node.header());
    addText(texts, "/footer", node.footer());
    for (int i = 0; i < node.buttons().size(); i++) {
      FlowButton button = node.buttons().get(i);
      exits.add(new NodeShape.Exit("/buttons/" + i + "/next", button.next()));
      texts.add(new NodeShape.Text("/buttons/" + i + "/title", button.title()));
    }
    if (node.otherwiseNext() != null) {
      exits.add(new NodeShape.Exit("/otherwise_next", node.otherwiseNext()));
    }
    return new NodeShape(true, exits, texts, Set.of(), List.of(), findings());
  }

  private static void addText(
      List<NodeShape.Text> texts, String pointer, @Nullable String template) {
    if (template != null) {
      texts.add(new NodeShape.Text(pointer, template));
    }
  }

  private List<FlowFinding> findings() {
    var findings = new ArrayList<FlowFinding>();
    var ids = new HashSet<String>();
    var titles = new HashSet<String>();
    for (int i = 0; i < node.buttons().size(); i++) {
      FlowButton button = node.buttons().get(i);
      if (!ids.add(button.id())) {
        findings.add(
            Findings.error(
                "/buttons/" + i + "/id", "button_id_duplicate", "Two buttons share this id"));
      }
      if (!titles.add(Answers.folded(button.title()))) {
        findings.add(
            Findings.error(
                "/buttons/" + i + "/title",
                "button_title_duplicate",
                "Two buttons share this title"));
      }
    }
    if (node.buttons().size() > WHATSAPP_BUTTONS) {
      findings.add(
          Findings.warning(
              "/buttons",
              "too_many_buttons",
              "WhatsApp carries at most three buttons and shows more as a list"));
    }
    return findings;
  }
}

package ai.chatflow.flows.nodes;

import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.QuestionNode;
import ai.chatflow.api.model.TextContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Asks, waits, checks the answer and keeps it. After `max_retries` answers that did not fit, the
/// next one leads to `failed_next`, and without one the session fails.
record QuestionStep(QuestionNode node, AnswerCheck check) implements NodeStep {
  private static final int DEFAULT_RETRIES = 2;

  QuestionStep(QuestionNode node) {
    this(node, new AnswerCheck(node.validation()));
  }

  @Override
  public String id() {
    return node.id();
  }

  @Override
  public Outcome enter(Turn turn) {
    say(turn, node.text());
    return new Outcome.Await(0);
  }

  @Override
  public Outcome answer(Turn turn, MessageContent answer, int attempts) {
    Optional<Object> value =
        Answers.text(answer).flatMap(text -> check.read(text, turn.person().phone()));
    if (value.isPresent()) {
      turn.happened(new RunEvent.Answered(id(), value.get()));
      turn.set(id(), node.variable(), value.get());
      return new Outcome.Go(node.next());
    }
    turn.happened(new RunEvent.Rejected(id(), attempts + 1));
    int retries = node.maxRetries() == null ? DEFAULT_RETRIES : node.maxRetries();
    if (attempts < retries) {
      say(turn, node.retryText() == null ? node.text() : node.retryText());
      return new Outcome.Await(attempts + 1);
    }
    return node.failedNext() != null
        ? new Outcome.Go(node.failedNext())
        : new Outcome.Fail("No answer fitted after " + (attempts + 1) + " tries");
  }

  private void say(Turn turn, String template) {
    turn.send(id(), TextContent.builder().text(turn.render(template)).build());
  }

  @Override
  public NodeShape shape() {
    var texts = new ArrayList<NodeShape.Text>();
    texts.add(new NodeShape.Text("/text", node.text()));
    if (node.retryText() != null) {
      texts.add(new NodeShape.Text("/retry_text", node.retryText()));
    }
    var exits = new ArrayList<NodeShape.Exit>();
    exits.add(new NodeShape.Exit("/next", node.next()));
    if (node.failedNext() != null) {
      exits.add(new NodeShape.Exit("/failed_next", node.failedNext()));
    }
    return new NodeShape(
        true, exits, texts, Set.of(node.variable()), List.of(), check.findings("/validation"));
  }
}

package ai.chatflow.flows.nodes;

import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.platform.conditions.Facts;
import ai.chatflow.platform.text.Templates;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One sprint in the making: what the steps may read, and what they want. Used by one thread.
public final class Turn {
  /// What a variable can hold at most (`AnyValue` of the contract).
  static final int MAX_VALUE = 4096;

  private final Templates templates;
  private final Person person;
  private final RandomGenerator random;
  private final Map<String, Object> variables;
  private final Map<String, Object> values;
  private final List<Effect> effects = new ArrayList<>();
  private final List<RunEvent> events = new ArrayList<>();

  public Turn(
      Templates templates,
      Person person,
      @Nullable MessageContent message,
      Map<String, Object> variables,
      Instant now,
      RandomGenerator random) {
    this.templates = templates;
    this.person = person;
    this.random = random;
    this.variables = new HashMap<>(variables);
    this.values =
        Map.of(
            "contact",
            person.facts(),
            "variables",
            this.variables,
            "message",
            message == null ? Map.of() : Answers.facts(message),
            "now",
            now.atZone(ZoneOffset.UTC));
  }

  public Person person() {
    return person;
  }

  /// Chance, for steps that need it; the caller seeds it.
  public RandomGenerator random() {
    return random;
  }

  public Facts facts() {
    return Facts.ofMap(values);
  }

  /// @throws ai.chatflow.platform.text.TemplateException when the template cannot be rendered
  public String render(String template) {
    return templates.render(template, values);
  }

  public void send(String nodeId, MessageContent content) {
    if (content instanceof TextContent text && text.text().isBlank()) {
      throw new EmptyTextException(nodeId);
    }
    effects.add(new Effect.Send(nodeId, content));
  }

  public void set(String nodeId, String variable, Object value) {
    Object kept =
        value instanceof String text && text.length() > MAX_VALUE
            ? text.substring(0, MAX_VALUE)
            : value;
    variables.put(variable, kept);
    events.add(new RunEvent.VariableSet(nodeId, variable, kept));
  }

  public void happened(RunEvent event) {
    events.add(event);
  }

  public Map<String, Object> variables() {
    return Map.copyOf(variables);
  }

  public List<Effect> effects() {
    return List.copyOf(effects);
  }

  public List<RunEvent> events() {
    return List.copyOf(events);
  }
}

package ai.chatflow.flows;

import ai.chatflow.api.model.ButtonReplyContent;
import ai.chatflow.api.model.FlowDefinition;
import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.api.model.SimulateFlowRequest;
import ai.chatflow.api.model.SimulationContact;
import ai.chatflow.api.model.SimulationInput;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.flows.engine.FlowSimulator;
import ai.chatflow.flows.nodes.Person;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.ids.FlowId;
import ai.chatflow.platform.ids.WorkspaceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Plays the draft or a version of a flow with given answers. Nothing is stored, nothing is sent.
public final class SimulationService {
  private final FlowService flows;
  private final FlowSimulator simulator;

  public SimulationService(FlowService flows, FlowSimulator simulator) {
    this.flows = flows;
    this.simulator = simulator;
  }

  public FlowSimulator.Play simulate(
      WorkspaceId workspace, FlowId id, SimulateFlowRequest request) {
    FlowDefinition definition =
        request.version() == null
            ? flows.get(workspace, id).definition()
            : flows.version(workspace, id, request.version()).definition();
    return simulator.play(definition, person(request.contact()), inputs(request.inputs()));
  }

  private static Person person(@Nullable SimulationContact contact) {
    if (contact == null) {
      return Person.named(null);
    }
    return new Person(
        null,
        contact.name(),
        null,
        null,
        null,
        Objects.requireNonNullElse(contact.tags(), List.of()),
        Objects.requireNonNullElse(contact.attributes(), Map.of()));
  }

  private static List<MessageContent> inputs(@Nullable List<SimulationInput> inputs) {
    var contents = new ArrayList<MessageContent>();
    for (int i = 0; inputs != null && i < inputs.size(); i++) {
      contents.add(content(inputs.get(i), "/inputs/" + i));
    }
    return contents;
  }

  private static MessageContent content(SimulationInput input, String at) {
    if ((input.text() == null) == (input.buttonId() == null)) {
      var error = new FieldError(at, "one_of", "Give either `text` or `button_id`");
      throw new Invalid(
          ProblemCode.VALIDATION_FAILED, "An input is a text or a button.", List.of(error));
    }
    return input.text() != null
        ? TextContent.builder().text(input.text()).build()
        : ButtonReplyContent.builder().id(input.buttonId()).title(input.buttonId()).build();
  }
}

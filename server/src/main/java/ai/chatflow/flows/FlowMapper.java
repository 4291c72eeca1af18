package ai.chatflow.flows;

import ai.chatflow.api.model.FlowFinding;
import ai.chatflow.api.model.FlowInspection;
import ai.chatflow.api.model.FlowSimulation;
import ai.chatflow.flows.engine.FlowInspector;
import ai.chatflow.flows.engine.FlowSimulator;
import java.util.List;

/// Domain to contract.
public final class FlowMapper {
  private FlowMapper() {}

  public static ai.chatflow.api.model.Flow toApi(Flow flow) {
    return ai.chatflow.api.model.Flow.builder()
        .id(flow.id())
        ._object(ai.chatflow.api.model.Flow.ObjectEnum.FLOW)
        .name(flow.name())
        .status(flow.status())
        .definition(flow.definition())
        .publishedVersion(flow.publishedVersion())
        .metadata(flow.metadata())
        .createdAt(flow.createdAt())
        .updatedAt(flow.updatedAt())
        .build();
  }

  public static ai.chatflow.api.model.FlowVersion toApi(FlowVersion version) {
    return ai.chatflow.api.model.FlowVersion.builder()
        ._object(ai.chatflow.api.model.FlowVersion.ObjectEnum.FLOW_VERSION)
        .flowId(version.flow())
        .number(version.number())
        .definition(version.definition())
        .createdAt(version.createdAt())
        .build();
  }

  public static ai.chatflow.api.model.FlowSession toApi(FlowSession session) {
    return ai.chatflow.api.model.FlowSession.builder()
        .id(session.id())
        ._object(ai.chatflow.api.model.FlowSession.ObjectEnum.FLOW_SESSION)
        .flowId(session.flow())
        .version(session.version())
        .contactId(session.contact())
        .channelId(session.channel())
        .conversationId(session.conversation())
        .status(session.state().status())
        .nodeId(session.state().nodeId())
        .variables(session.state().variables())
        .failure(session.state().failure())
        .createdAt(session.createdAt())
        .updatedAt(session.updatedAt())
        .build();
  }

  static FlowInspection toApi(List<FlowFinding> findings) {
    return FlowInspection.builder()
        ._object(FlowInspection.ObjectEnum.FLOW_INSPECTION)
        .publishable(FlowInspector.publishable(findings))
        .findings(findings)
        .build();
  }

  static FlowSimulation toApi(FlowSimulator.Play play) {
    return FlowSimulation.builder()
        ._object(FlowSimulation.ObjectEnum.FLOW_SIMULATION)
        .status(play.state().status())
        .transcript(play.transcript())
        .variables(play.state().variables())
        .nodeId(play.state().nodeId())
        .build();
  }
}

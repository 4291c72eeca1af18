package ai.chatflow.flows;

import ai.chatflow.flows.nodes.Answers;
import ai.chatflow.messaging.InboundListener.Candidate;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.MessageId;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// SQL of which received messages concern a flow: a session waits for them or they would start one.
final class FlowInterest {
  /// The offsets keep the planner from reading all sessions once instead of a few one by one.
  private static final String AMONG =
      """
      select w.message
      from unnest(:messages, :contacts, :channels, :texts) as w (message, contact, channel, said)
      where exists (
          select from flow_session s
          where s.workspace_id = :workspace and s.contact_id = w.contact
            and s.channel_id = w.channel and s.status = 'waiting' offset 0)
        or exists (
          select from flow_trigger t
          where t.workspace_id = :workspace and %s offset 0)
      """
          .formatted(FlowTriggerStore.startedBy("w.said", "w.channel"));

  Set<MessageId> among(WorkspaceTx tx, List<Candidate> said) {
    if (said.isEmpty()) {
      return Set.of();
    }
    return tx
        .handle()
        .createQuery(AMONG)
        .bind("workspace", tx.workspace())
        .bindArray("messages", MessageId.class, said.stream().map(Candidate::message).toArray())
        .bindArray("contacts", ContactId.class, said.stream().map(Candidate::contact).toArray())
        .bindArray("channels", ChannelId.class, said.stream().map(Candidate::channel).toArray())
        .bindArray("texts", String.class, said.stream().map(FlowInterest::text).toArray())
        .mapTo(UUID.class)
        .stream()
        .map(MessageId::new)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static @Nullable String text(Candidate candidate) {
    return Answers.text(candidate.content()).map(Answers::folded).orElse(null);
  }
}

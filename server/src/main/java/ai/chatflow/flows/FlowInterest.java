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
import java.util.function.Function;
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
    return Set.copyOf(
        tx.query(
            AMONG,
            values ->
                values
                    .bind("workspace", tx.workspace())
                    .bindArray("messages", MessageId.class, each(said, Candidate::message))
                    .bindArray("contacts", ContactId.class, each(said, Candidate::contact))
                    .bindArray("channels", ChannelId.class, each(said, Candidate::channel))
                    .bindArray("texts", String.class, each(said, FlowInterest::text)),
            row -> new MessageId(row.getObject("message", UUID.class))));
  }

  private static @Nullable Object[] each(
      List<Candidate> said, Function<Candidate, @Nullable Object> value) {
    return said.stream().map(value).toArray();
  }

  private static @Nullable String text(Candidate candidate) {
    return Answers.text(candidate.content()).map(Answers::folded).orElse(null);
  }
}

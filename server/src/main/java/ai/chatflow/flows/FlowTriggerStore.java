package ai.chatflow.flows;

import ai.chatflow.api.model.AnyMessageTrigger;
import ai.chatflow.api.model.FlowTrigger;
import ai.chatflow.api.model.KeywordTrigger;
import ai.chatflow.flows.nodes.Answers;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.FlowId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/// SQL of the triggers of published flows: what a message starts.
final class FlowTriggerStore {
  private static final int ANY_MESSAGE = 3;

  private static final String MATCH =
      """
      select t.flow_id, f.published_version
      from flow_trigger t
      join flow f on f.workspace_id = t.workspace_id and f.id = t.flow_id
      where t.workspace_id = :workspace and %s and f.published_version is not null
      order by t.rank, length(t.keyword) desc, f.created_at, t.flow_id
      limit 1
      """
          .formatted(startedBy(":text", ":channel"));

  /// A flow that a message starts, and the version that runs.
  record Match(FlowId flow, int version) {}

  private record Row(int rank, String keyword, @Nullable List<ChannelId> channels) {}

  /// The triggers of a flow are these from now on.
  void replace(WorkspaceTx tx, FlowId flow, @Nullable List<FlowTrigger> triggers) {
    clear(tx, flow);
    List<Row> rows = triggers == null ? List.of() : rows(triggers);
    if (rows.isEmpty()) {
      return;
    }
    PreparedBatch batch =
        tx.handle()
            .prepareBatch(
                """
                insert into flow_trigger
                  (workspace_id, flow_id, position, rank, keyword, channel_ids)
                values (:workspace, :flow, :position, :rank, :keyword, :channels)
                """);
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      batch
          .bind("workspace", tx.workspace())
          .bind("flow", flow)
          .bind("position", i)
          .bind("rank", row.rank())
          .bind("keyword", row.keyword());
      if (row.channels() == null) {
        batch.bindArray("channels", ChannelId.class, (Object[]) null);
      } else {
        batch.bindArray("channels", ChannelId.class, row.channels().toArray());
      }
      batch.add();
    }
    batch.execute();
  }

  void clear(WorkspaceTx tx, FlowId flow) {
    tx.handle()
        .createUpdate(
            "delete from flow_trigger where workspace_id = :workspace and flow_id = :flow")
        .bind("workspace", tx.workspace())
        .bind("flow", flow)
        .execute();
  }

  /// The flow that a message starts on a channel: an exact keyword before one at the start before
  /// one inside before any message, the longest keyword first, then the oldest flow. `text` is null
  /// for a message without one, which no keyword matches.
  Optional<Match> match(WorkspaceTx tx, ChannelId channel, @Nullable String text) {
    return tx.handle()
        .createQuery(MATCH)
        .bind("workspace", tx.workspace())
        .bind("channel", channel)
        .bind("text", text == null ? null : Answers.folded(text))
        .map(
            (row, _) ->
                new Match(
                    new FlowId(row.getObject("flow_id", UUID.class)),
                    row.getInt("published_version")))
        .findOne();
  }

  /// SQL: a message starts what the row `t` of `flow_trigger` stands for.
  ///
  /// @param text the expression of its folded text, which may be null
  /// @param channel the expression of its channel's id
  static String startedBy(String text, String channel) {
    return """
    ((t.rank = 0 and t.keyword = %1$s
        or t.rank = 1 and starts_with(%1$s, t.keyword)
        or t.rank = 2 and position(t.keyword in %1$s) > 0
        or t.rank = 3)
      and (t.channel_ids is null or %2$s = any(t.channel_ids)))
    """
        .formatted(text, channel);
  }

  private static List<Row> rows(List<FlowTrigger> triggers) {
    var rows = new ArrayList<Row>();
    for (FlowTrigger trigger : triggers) {
      switch (trigger) {
        case KeywordTrigger keywords -> {
          for (String keyword : keywords.keywords()) {
            rows.add(new Row(rank(keywords), Answers.folded(keyword), keywords.channelIds()));
          }
        }
        case AnyMessageTrigger any -> rows.add(new Row(ANY_MESSAGE, "", any.channelIds()));
      }
    }
    return rows;
  }

  private static int rank(KeywordTrigger trigger) {
    if (trigger.match() == null) {
      return 0;
    }
    return switch (trigger.match()) {
      case EXACT -> 0;
      case STARTS_WITH -> 1;
      case CONTAINS -> 2;
    };
  }
}

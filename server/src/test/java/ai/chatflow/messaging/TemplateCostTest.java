package ai.chatflow.messaging;

import static ai.chatflow.api.model.MessagePriority.CONVERSATION;
import static ai.chatflow.messaging.MessagingWorld.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.api.model.SendMessageRequest;
import ai.chatflow.api.model.TemplateContent;
import ai.chatflow.channels.Channel;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.ids.WorkspaceId;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What it costs to hold messages against templates, in an account that has thousands.
class TemplateCostTest {
  private static final int BATCH = 20;
  private static final int TEMPLATES = 3_000;

  private static MessagingWorld world;
  private static WorkspaceId workspace;
  private static Channel channel;

  @BeforeAll
  static void fill() {
    world = new MessagingWorld();
    workspace = world.newWorkspace();
    channel = world.newChannel(workspace);
    world.execute(
        """
        insert into template_account (workspace_id, channel_type, account, synced_at)
        values ('%s', 'whatsapp_cloud', '%s', now())
        """
            .formatted(workspace.value(), channel.accountGroup()));
    world.execute(
        """
        insert into message_template
          (workspace_id, id, channel_type, account, name, language, category, status, quality,
           parameter_format, components, status_at, category_at, quality_at, version, created_at,
           updated_at)
        select '%s', gen_random_uuid(), 'whatsapp_cloud', '%s', 'template_' || n, 'en', 'utility',
          'approved', 'green', 'positional', '[{"type":"body","text":"Hello."}]', now(), now(),
          now(), 1, now(), now()
        from generate_series(1, %d) as n
        """
            .formatted(workspace.value(), channel.accountGroup(), TEMPLATES));
    world.execute("analyze message_template");
    for (int i = 0; i < BATCH; i++) {
      world.writes(channel, phone(i), "first" + i);
    }
  }

  @AfterAll
  static void close() {
    world.close();
  }

  @Test
  void aBatchWithoutTemplatesLooksAtNone() {
    var requests =
        IntStream.range(0, BATCH)
            .mapToObj(i -> request(channel, phone(i), "hello", CONVERSATION, null))
            .toList();

    assertThat(looks(requests)).isZero();
  }

  @Test
  void eachTemplateOfABatchIsLookedUpOnce() {
    assertThat(looks(templates(_ -> "template_7"))).isEqualTo(1);
    assertThat(looks(templates(i -> "template_" + (1 + i % 4)))).isEqualTo(4);
  }

  @Test
  void whatTheAccountDoesNotHaveIsRefused() {
    var refusal =
        catchThrowableOfType(
            Invalid.class, () -> world.sendAll(channel, templates(_ -> "nobodys")));

    assertThat(refusal.code()).isEqualTo(ProblemCode.TEMPLATE_UNKNOWN);
  }

  /// How many rows of templates are fetched while they are accepted, and whole scans that count as
  /// many.
  private static long looks(List<SendMessageRequest> requests) {
    return world
        .db()
        .inTransaction(
            workspace,
            tx -> {
              long before = soFar(tx);
              world.sendAll(channel, requests);
              return soFar(tx) - before;
            });
  }

  private static long soFar(WorkspaceTx tx) {
    return tx.handle()
        .createQuery(
            """
            select coalesce(sum(seq_tup_read + idx_tup_fetch), 0)
            from pg_stat_xact_user_tables where relname = 'message_template'
            """)
        .mapTo(Long.class)
        .one();
  }

  private static List<SendMessageRequest> templates(Function<Integer, String> name) {
    return IntStream.range(0, BATCH)
        .mapToObj(
            i ->
                request(channel, phone(i), "", CONVERSATION, null).toBuilder()
                    .content(TemplateContent.builder().name(name.apply(i)).language("en").build())
                    .build())
        .toList();
  }

  private static String phone(int person) {
    return "+1650%07d".formatted(person);
  }
}

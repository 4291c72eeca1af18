package ai.chatflow.app;

import ai.chatflow.api.model.CreateContactRequest;
import ai.chatflow.contacts.Contact;
import ai.chatflow.contacts.ContactsModule;
import ai.chatflow.platform.Platform;
import ai.chatflow.platform.context.Principal;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.graphql.GraphAnswer;
import ai.chatflow.platform.graphql.GraphEngine;
import ai.chatflow.platform.graphql.GraphRequest;
import ai.chatflow.platform.ids.ApiKeyId;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.ConversationId;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.json.Json;
import ai.chatflow.platform.lanes.LanePauses;
import ai.chatflow.platform.lanes.ManualLanes;
import ai.chatflow.platform.lanes.WakeSignals;
import ai.chatflow.testing.ManualClock;
import ai.chatflow.testing.TestDatabase;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/// GraphQL over the features as they are wired, on a real database.
final class GraphWorld implements AutoCloseable {
  static final String REQUEST = "0193f5a0-0000-7000-8000-000000000001";

  private final TestDatabase database = TestDatabase.create();
  private final ManualClock clock = ManualClock.atNow();

  /// What a transaction begins with, where the first statement is not sent along.
  private static final String ENTER = "select chatflow_enter(:s0_workspace)";

  private final List<String> statements = new ArrayList<>();
  private final ContactsModule contacts;
  final Platform platform;
  final Features features;
  final GraphEngine engine;
  final WorkspaceId workspace;
  final ChannelId channel;

  GraphWorld() {
    platform =
        Platform.wire(
            new Platform.Surroundings(
                database.db(),
                TestDatabase.MASTER_KEY,
                clock,
                clock,
                new SplittableRandom(1),
                ManualLanes.SETTINGS,
                WakeSignals.NONE,
                LanePauses.NONE));
    features = Features.wire(platform, Settings.read(Settings.DEFAULTS, Map.of()));
    contacts = ContactsModule.wire(platform);
    engine = new GraphEngine(features.graphs(), platform.problems());
    workspace = features.tenancy().bootstrap().run("Bakery", "Shop").workspace();
    channel = new ChannelId(platform.ids().next());
    database
        .db()
        .observe(
            new SqlLogger() {
              @Override
              public void logAfterExecution(StatementContext context) {
                var sql = context.getRenderedSql();
                if (!sql.equals(ENTER)) {
                  statements.add(sql);
                }
              }
            });
  }

  Contact contact(String name) {
    clock.advance(Duration.ofMillis(1));
    return contacts
        .contacts()
        .create(
            workspace,
            CreateContactRequest.builder()
                .name(name)
                .externalId("customer-" + name)
                .email(name.toLowerCase(java.util.Locale.ROOT) + "@example.com")
                .phone("+3361234" + (1000 + statements.size() % 9000))
                .tags(List.of("bread"))
                .attributes(Map.of("loaves", 2))
                .build());
  }

  /// A conversation with messages, the first of them read.
  ConversationId conversation(ContactId contact, int messages) {
    var id = new ConversationId(platform.ids().next());
    clock.advance(Duration.ofSeconds(1));
    database
        .db()
        .useTransaction(
            workspace,
            tx -> {
              tx.handle()
                  .createUpdate(
                      """
                      insert into conversation
                        (workspace_id, id, channel_id, contact_id, address, window_expires_at,
                         last_message_at)
                      values (:workspace, :id, :channel, :contact, '33612345678', :now, :now)
                      """)
                  .bind("workspace", workspace)
                  .bind("id", id)
                  .bind("channel", new ChannelId(platform.ids().next()))
                  .bind("contact", contact)
                  .bind("now", clock.instant())
                  .execute();
              for (int i = 0; i < messages; i++) {
                tx.handle()
                    .createUpdate(
                        """
                        insert into message
                          (workspace_id, id, channel_id, conversation_id, contact_id, direction,
                           source, status, content, adapted, sent_at, delivered_at, read_at)
                        values (:workspace, :id, :channel, :conversation, :contact, 'outbound',
                          'api', 'read', '{"type": "text", "text": "Good morning"}',
                          '[{"from": "buttons", "to": "list", "reason": "too_many", "limit": 3}]',
                          :now, :now, :now)
                        """)
                    .bind("workspace", workspace)
                    .bind("id", new MessageId(platform.ids().next()))
                    .bind("channel", channel)
                    .bind("conversation", id)
                    .bind("contact", contact)
                    .bind("now", clock.instant())
                    .execute();
              }
            });
    return id;
  }

  /// Asks with a key that may do everything.
  JsonNode ask(String query) {
    return ask(query, Map.of(), Set.of("*"));
  }

  JsonNode ask(String query, Map<String, Object> variables, Set<String> permissions) {
    return askAs(workspace, new GraphRequest(query, null, variables), permissions);
  }

  JsonNode askAs(WorkspaceId asking, GraphRequest request, Set<String> permissions) {
    var principal = new Principal(new ApiKeyId(platform.ids().next()), asking, true, permissions);
    return new RequestContext(REQUEST, "/graphql", principal)
        .call(() -> Json.MAPPER.<JsonNode>valueToTree(engine.execute(request)));
  }

  /// Publishes an event of the workspace.
  void publish(String type, String data) {
    database
        .db()
        .useTransaction(
            workspace,
            tx ->
                tx.handle()
                    .createUpdate(
                        """
                        with head as (
                          insert into event_head (workspace_id, position) values (:workspace, 1)
                          on conflict (workspace_id)
                            do update set position = event_head.position + 1
                          returning position)
                        insert into event (workspace_id, position, id, type, data, created_at)
                        select :workspace, head.position, :id, :type, cast(:data as json), :now
                        from head
                        """)
                    .bind("workspace", workspace)
                    .bind("id", platform.ids().next())
                    .bind("type", type)
                    .bind("data", data)
                    .bind("now", clock.instant())
                    .execute());
  }

  /// Begins a subscription with a key that may do everything; its first results.
  List<JsonNode> follow(String subscription, int count) {
    var principal =
        new Principal(new ApiKeyId(platform.ids().next()), workspace, true, Set.of("*"));
    var results = new ArrayList<JsonNode>();
    new RequestContext(REQUEST, "/graphql", principal)
        .<@Nullable Void, RuntimeException>call(
            () -> {
              var answer = engine.open(new GraphRequest(subscription, null, Map.of()));
              var live = ((GraphAnswer.Live) answer).results();
              live.follow(
                  result -> {
                    results.add(Json.MAPPER.valueToTree(result));
                    if (results.size() == count) {
                      live.cancel();
                    }
                  });
              return null;
            });
    return results;
  }

  /// The statements since the last call.
  List<String> takeStatements() {
    var taken = List.copyOf(statements);
    statements.clear();
    return taken;
  }

  @Override
  public void close() {
    features.close();
    database.close();
  }
}

package ai.chatflow.flows;

import ai.chatflow.api.model.ButtonReplyContent;
import ai.chatflow.api.model.CreateFlowRequest;
import ai.chatflow.api.model.FlowDefinition;
import ai.chatflow.api.model.FlowSessionStatus;
import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.flows.engine.Engine;
import ai.chatflow.flows.engine.FlowInspector;
import ai.chatflow.flows.nodes.Answers;
import ai.chatflow.flows.nodes.Person;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.http.PageRequest;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.ContactId;
import ai.chatflow.platform.ids.ConversationId;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.json.Json;
import ai.chatflow.platform.text.Templates;
import ai.chatflow.testing.ManualClock;
import ai.chatflow.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// Flows on a real database, with somebody who writes and reads.
final class FlowWorld implements AutoCloseable {
  final TestDatabase database = TestDatabase.create();
  final Db db = database.db();
  final ManualClock clock = ManualClock.atNow();
  final IdGenerator ids = new IdGenerator(clock, new SplittableRandom(1));
  final FakeEventLog events = new FakeEventLog();
  final FlowService flows =
      new FlowService(db, ids, clock, events, new FlowInspector(new Templates()));
  final FlowSessionService sessions = new FlowSessionService(db);
  final SessionRunner runner =
      new SessionRunner(new Engine(new Templates()), ids, clock, new SplittableRandom(2), events);

  WorkspaceId workspace = new WorkspaceId(ids.next());
  ChannelId channel = new ChannelId(ids.next());

  /// A conversation with one contact; `heard` are the texts that it got.
  final class Handset {
    final ContactId contact = new ContactId(ids.next());
    final ConversationId conversation = new ConversationId(ids.next());
    final List<String> heard = new ArrayList<>();

    Handset says(String text) {
      return sends(TextContent.builder().text(text).build());
    }

    Handset presses(String button) {
      return sends(ButtonReplyContent.builder().id(button).title(button).build());
    }

    Handset sends(MessageContent content) {
      return sends(content, reply -> heard.add(Answers.text(reply).orElse("?")));
    }

    Handset sends(MessageContent content, Reply reply) {
      var incoming = new Incoming(contact, channel, conversation, Person.named("Ann"), content);
      db.useTransaction(workspace, tx -> runner.receive(tx, incoming, reply));
      return this;
    }

    FlowSession session() {
      return sessions().getFirst();
    }

    List<FlowSession> sessions() {
      return FlowWorld.this
          .sessions
          .list(workspace, null, contact, null, new PageRequest(100, Optional.empty()))
          .items();
    }

    FlowSessionStatus status() {
      return session().state().status();
    }
  }

  Handset handset() {
    return new Handset();
  }

  static FlowDefinition definition(String nodes, String triggers) {
    String json =
        """
        {"start": "a", "nodes": [%s], "triggers": [%s]}\
        """
            .formatted(nodes, triggers);
    return Json.read(json, FlowDefinition.class);
  }

  static String says(String text) {
    return """
    {"id": "a", "type": "message", "content": {"type": "text", "text": "%s"}}\
    """
        .formatted(text);
  }

  static String asks(String text) {
    return """
    {"id": "a", "type": "question", "text": "%s", "variable": "v", "next": "b"},
    {"id": "b", "type": "message", "content": {"type": "text", "text": "%s: {{ variables.v }}"}}\
    """
        .formatted(text, text);
  }

  static String keyword(String match, String... keywords) {
    return """
    {"type": "keyword", "match": "%s", "keywords": %s}\
    """
        .formatted(match, Json.write(keywords));
  }

  static String any() {
    return "{\"type\": \"any_message\"}";
  }

  Flow draft(String nodes, String triggers) {
    return draft(definition(nodes, triggers));
  }

  Flow draft(FlowDefinition definition) {
    return flows.create(
        workspace, CreateFlowRequest.builder().name("A flow").definition(definition).build());
  }

  Flow published(String nodes, String triggers) {
    return flows.publish(workspace, draft(nodes, triggers).id(), null);
  }

  @Override
  public void close() {
    database.close();
  }
}

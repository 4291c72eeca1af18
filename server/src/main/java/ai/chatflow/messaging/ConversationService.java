package ai.chatflow.messaging;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.errors.NotFound;
import ai.chatflow.platform.http.Page;
import ai.chatflow.platform.http.PageRequest;
import ai.chatflow.platform.ids.ConversationId;
import ai.chatflow.platform.ids.WorkspaceId;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The door to conversations.
public final class ConversationService {
  private final Db db;
  private final ConversationStore store = new ConversationStore();

  ConversationService(Db db) {
    this.db = db;
  }

  public Conversation get(WorkspaceId workspace, ConversationId id) {
    return db.inTransaction(workspace, tx -> store.find(tx, id))
        .orElseThrow(() -> new NotFound(ProblemCode.NOT_FOUND, "No conversation " + id + "."));
  }

  /// Those of the conversations that exist, by id.
  public Map<ConversationId, Conversation> getAll(
      WorkspaceId workspace, Collection<ConversationId> wanted) {
    return db.inTransaction(workspace, tx -> store.findAll(tx, wanted)).stream()
        .collect(Collectors.toMap(Conversation::id, Function.identity()));
  }

  public Page<Conversation> list(
      WorkspaceId workspace, ConversationStore.Filter filter, PageRequest page) {
    var after = page.after().map(ConversationStore.Position::parse).orElse(null);
    var rows = db.inTransaction(workspace, tx -> store.list(tx, filter, after, page.limit() + 1));
    return Page.of(rows, page.limit(), ConversationStore.Position::of);
  }
}

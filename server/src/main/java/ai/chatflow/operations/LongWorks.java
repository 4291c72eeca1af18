package ai.chatflow.operations;

import ai.chatflow.api.model.Problem;
import ai.chatflow.operations.LongWork.Step.Ask;
import ai.chatflow.operations.LongWork.Step.Done;
import ai.chatflow.operations.LongWork.Step.Next;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.json.Json;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The kinds of long work that this node knows.
final class LongWorks {
  private final Map<String, LongWork<?>> works = new ConcurrentHashMap<>();

  void add(LongWork<?> work) {
    if (works.putIfAbsent(work.kind().value(), work) != null) {
      throw new IllegalStateException("two works are of the kind " + work.kind());
    }
  }

  /// What a newer node has begun is left to nodes like it.
  Set<String> kinds() {
    return works.keySet();
  }

  /// Does the next piece of an operation; its cursor is JSON.
  LongWork.Step<String> step(WorkspaceTx tx, OperationStore.Claimed claimed) {
    var kind = claimed.operation().kind().value();
    return step(tx, Objects.requireNonNull(works.get(kind), kind), claimed.cursor());
  }

  /// No piece of this operation comes any more. The work of a newer node is not known here.
  void abandoned(WorkspaceTx tx, OperationStore.Claimed claimed, @Nullable Problem why) {
    var work = works.get(claimed.operation().kind().value());
    if (work != null) {
      abandoned(tx, work, claimed.cursor(), why);
    }
  }

  private static <C> void abandoned(
      WorkspaceTx tx, LongWork<C> work, String cursor, @Nullable Problem why) {
    work.abandoned(tx, Json.read(cursor, work.cursorType()), why);
  }

  private static <C> LongWork.Step<String> step(WorkspaceTx tx, LongWork<C> work, String cursor) {
    return switch (work.step(tx, Json.read(cursor, work.cursorType()))) {
      case Next<C>(var next, var progress) -> new Next<>(Json.write(next), progress);
      case Ask<C>(var question) -> new Ask<>(() -> Json.write(question.get()));
      case Done<C>(var result, var progress) -> new Done<>(result, progress);
    };
  }
}

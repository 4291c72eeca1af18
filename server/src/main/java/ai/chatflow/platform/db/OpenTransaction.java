package ai.chatflow.platform.db;

import ai.chatflow.platform.ids.WorkspaceId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a thread has open: one connection in one transaction, and what is to happen after it.
final class OpenTransaction {
  private static final Logger log = LoggerFactory.getLogger(OpenTransaction.class);

  /// `set local` inside, and not `set_config`: only that reaches the shards of a distributed
  /// database. As a function it is one text for all workspaces, which travels with what follows.
  private static final String ENTER = "select chatflow_enter(:workspace)";

  private final Handle handle;
  private final @Nullable WorkspaceTx workspaceTx;
  private final @Nullable SystemTx systemTx;
  private final Pipeline pipeline = new Pipeline();
  private final Map<Object, Runnable> last = new LinkedHashMap<>();
  private final Map<Object, Runnable> callbacks = new LinkedHashMap<>();
  private @Nullable Later enter;
  private int joined;
  private boolean ended;
  private boolean broken;

  private OpenTransaction(Handle handle, @Nullable WorkspaceId workspace) {
    this.handle = handle;
    this.enter = workspace == null ? null : new Later(ENTER, _ -> {}).bind("workspace", workspace);
    this.workspaceTx = workspace == null ? null : new WorkspaceTx(workspace, this);
    this.systemTx = workspace == null ? new SystemTx(this) : null;
  }

  static OpenTransaction of(Handle handle, WorkspaceId workspace) {
    return new OpenTransaction(handle, workspace);
  }

  static OpenTransaction ofSystem(Handle handle) {
    return new OpenTransaction(handle, null);
  }

  /// For the next statement: what waits is sent before it.
  Handle handle() {
    begin();
    pipeline.send(handle);
    return handle;
  }

  void later(Later statement) {
    begin();
    pipeline.add(statement);
  }

  /// Sends what waits, and with it the commit where nobody else has anything to do here.
  void sendAsLast() {
    if (joined == 0 && last.isEmpty() && !broken) {
      pipeline.sendWithCommit(handle);
      ended = true;
    } else {
      pipeline.send(handle);
    }
  }

  /// Commits with the last that is to be done.
  void commit() {
    last.values().forEach(Runnable::run);
    pipeline.sendWithCommit(handle);
    handle.commit();
  }

  /// The first statement takes along who is asking.
  private void begin() {
    if (ended) {
      throw new IllegalStateException("a transaction goes on after its last statement");
    }
    if (enter != null) {
      pipeline.add(enter);
      enter = null;
    }
  }

  void join() {
    joined++;
  }

  void leave() {
    joined--;
  }

  WorkspaceTx asWorkspace(WorkspaceId workspace) {
    if (workspaceTx == null) {
      throw new IllegalStateException(
          "a system transaction is open on this thread; a transaction of "
              + workspace
              + " would"
              + " not commit together with it");
    }
    if (!workspaceTx.workspace().equals(workspace)) {
      throw new IllegalStateException(
          "a transaction of "
              + workspaceTx.workspace()
              + " is open on this thread; "
              + workspace
              + " cannot join it");
    }
    return workspaceTx;
  }

  SystemTx asSystem() {
    if (systemTx == null) {
      throw new IllegalStateException(
          "a transaction of a workspace is open on this thread; a system transaction would not"
              + " commit together with it");
    }
    return systemTx;
  }

  /// A joined unit of work threw: whatever its caller makes of that, half of it must not commit.
  void markBroken() {
    broken = true;
  }

  boolean broken() {
    return broken;
  }

  <R extends Runnable> R beforeCommitOnce(Object key, Class<R> type, Supplier<R> create) {
    return type.cast(last.computeIfAbsent(key, _ -> create.get()));
  }

  void afterCommit(Runnable callback) {
    callbacks.put(new Object(), callback);
  }

  <R extends Runnable> R afterCommitOnce(Object key, Class<R> type, Supplier<R> create) {
    return type.cast(callbacks.computeIfAbsent(key, _ -> create.get()));
  }

  void runCallbacks() {
    for (Runnable callback : callbacks.values()) {
      try {
        callback.run();
      } catch (RuntimeException e) {
        log.error("A callback after a commit failed; the commit stands.", e);
      }
    }
  }
}

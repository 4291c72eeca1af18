package ai.chatflow.channels;

import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.channels.ChannelSetup.App;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.NotFound;
import ai.chatflow.platform.errors.Unauthorized;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.HookId;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.WorkspaceId;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Finds hooks, without the database most of the time. A change on this node shows at once, one on
/// another node within seconds; who meets something unknown asks for it `fresh`.
public final class Hooks {
  private static final Duration REMEMBER = Duration.ofSeconds(5);
  private static final Duration SEEN_EVERY = Duration.ofMinutes(1);
  private static final int MOST = 10_000;

  private final Db db;
  private final HookStore store;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final Cache<HookId, Optional<Hook>> cache =
      Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(REMEMBER).build();
  private final Cache<HookId, Instant> seen = Caffeine.newBuilder().maximumSize(MOST).build();

  Hooks(Db db, HookStore store, IdGenerator ids, InstantSource clock) {
    this.db = db;
    this.store = store;
    this.ids = ids;
    this.clock = clock;
  }

  /// Where hooks of a type are; the id of one comes after it.
  public static String path(ChannelType type) {
    return "/hooks/" + type.value().replace('_', '-') + "/";
  }

  public Optional<Hook> find(HookId id) {
    return cache.get(id, this::load);
  }

  /// As it stands in the database now.
  public Optional<Hook> fresh(HookId id) {
    cache.invalidate(id);
    return find(id);
  }

  /// The hook of a provider that the end of a path names.
  ///
  /// @param path what follows `path(provider)`, with its slash
  /// @throws NotFound when it names none
  public Hook named(@Nullable String path, ChannelType provider) {
    return Optional.ofNullable(path)
        .flatMap(Hooks::id)
        .flatMap(this::find)
        .filter(hook -> provider.value().equals(hook.provider()))
        .orElseThrow(Hooks::unknown);
  }

  /// The hook as it stands, which may have got another secret on another node a moment ago.
  ///
  /// @param signed whether what came was signed with its secret
  /// @param refusal what to tell who did not sign it so
  public Hook authentic(Hook hook, Predicate<Hook> signed, String refusal) {
    if (signed.test(hook)) {
      return hook;
    }
    Hook fresh = fresh(hook.id()).orElseThrow(Hooks::unknown);
    if (!fresh.appSecret().equals(hook.appSecret()) && signed.test(fresh)) {
      return fresh;
    }
    throw new Unauthorized(ProblemCode.INVALID_SIGNATURE, refusal);
  }

  /// The channel of an application that has but one, such as a bot. It may have been made on
  /// another node a moment ago.
  public @Nullable ChannelId onlyChannel(Hook hook) {
    return hook.channel(hook.app())
        .or(() -> fresh(hook.id()).flatMap(fresh -> fresh.channel(fresh.app())))
        .orElse(null);
  }

  private static Optional<HookId> id(String path) {
    try {
      return path.isEmpty() ? Optional.empty() : Optional.of(HookId.fromString(path.substring(1)));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static NotFound unknown() {
    return new NotFound(ProblemCode.NOT_FOUND, "There is no such hook.");
  }

  /// Keeps a raw webhook for as long as the journal is kept. `headers` is a JSON object.
  public void journal(Hook hook, String headers, byte[] body, String reason) {
    db.useTransaction(
        hook.workspace(), tx -> store.journal(tx, ids.next(), hook, headers, body, reason));
  }

  /// Remembers that the provider came by, once a minute.
  public void seen(Hook hook) {
    Instant now = clock.instant();
    Instant last = seen.getIfPresent(hook.id());
    if (last == null || last.plus(SEEN_EVERY).isBefore(now)) {
      seen.put(hook.id(), now);
      db.useTransaction(hook.workspace(), tx -> store.touch(tx, hook.id(), now));
    }
  }

  /// When the provider last came by, to the minute.
  Optional<Instant> seenAt(WorkspaceId workspace, HookId id) {
    return db.inTransaction(workspace, tx -> store.seenAt(tx, id));
  }

  /// Whether an application has a hook. It stays until the transaction ends.
  boolean knows(WorkspaceTx tx, ChannelType type, String app) {
    return store.lockByApp(tx, type.value(), app).isPresent();
  }

  /// The hook that the channels of an application share; the secrets that are given replace its
  /// own.
  HookId join(WorkspaceTx tx, ChannelType type, App app) {
    HookId hook =
        store
            .lockByApp(tx, type.value(), app.id())
            .map(known -> changed(tx, known, app))
            .orElseGet(() -> inserted(tx, type, app));
    forgetAfterCommit(tx, hook);
    return hook;
  }

  /// Deletes the hook that a channel had before it changed or went, when no channel uses it any
  /// more.
  void release(WorkspaceTx tx, @Nullable HookId hook) {
    if (hook != null) {
      store.lock(tx, hook);
      store.deleteUnused(tx, hook);
      forgetAfterCommit(tx, hook);
    }
  }

  private HookId changed(WorkspaceTx tx, HookId hook, App app) {
    if (app.appSecret() != null || app.verifyToken() != null) {
      store.update(tx, hook, app.appSecret(), app.verifyToken());
    }
    return hook;
  }

  private HookId inserted(WorkspaceTx tx, ChannelType type, App app) {
    store.insert(
        tx,
        new HookId(ids.next()),
        type.value(),
        app.id(),
        Objects.requireNonNull(app.appSecret()),
        Objects.requireNonNull(app.verifyToken()));
    // two first channels of one app at once: both use the hook that came first
    return store.lockByApp(tx, type.value(), app.id()).orElseThrow();
  }

  private void forgetAfterCommit(WorkspaceTx tx, HookId id) {
    tx.afterCommit(() -> cache.invalidate(id));
  }

  private Optional<Hook> load(HookId id) {
    return db.inSystemTransaction(tx -> store.workspaceOf(tx, id))
        .flatMap(workspace -> db.inTransaction(workspace, tx -> store.find(tx, id)));
  }
}

package ai.chatflow.tenancy;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.context.Principal;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.errors.Forbidden;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.errors.NotFound;
import ai.chatflow.platform.http.Page;
import ai.chatflow.platform.http.PageRequest;
import ai.chatflow.platform.ids.ApiKeyId;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.WorkspaceId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The door to API keys.
public final class ApiKeyService {
  private final Db db;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final RandomGenerator secureRandom;
  private final KeyAuthenticator authenticator;
  private final ApiKeyStore store = new ApiKeyStore();

  public ApiKeyService(
      Db db,
      IdGenerator ids,
      InstantSource clock,
      RandomGenerator secureRandom,
      KeyAuthenticator authenticator) {
    this.db = db;
    this.ids = ids;
    this.clock = clock;
    this.secureRandom = secureRandom;
    this.authenticator = authenticator;
  }

  /// A new key and its secret, which is not kept.
  public record Created(ApiKey key, ApiKeySecret secret) {}

  public Page<ApiKey> list(WorkspaceId workspace, PageRequest page) {
    return page.newestFirst(
        (before, limit) -> db.inTransaction(workspace, tx -> store.list(tx, before, limit)),
        key -> key.id().value());
  }

  public ApiKey get(WorkspaceId workspace, ApiKeyId id) {
    return db.inTransaction(workspace, tx -> require(tx, id));
  }

  /// Makes a key that can do no more than its maker.
  public Created create(
      Principal maker, String name, List<String> scopes, @Nullable Instant expiresAt) {
    checkScopes(maker, scopes);
    var now = clock.instant();
    if (expiresAt != null && !expiresAt.isAfter(now)) {
      throw new Invalid(
          ProblemCode.VALIDATION_FAILED,
          "1 field is not valid.",
          List.of(new FieldError("/expires_at", "past", "must lie in the future")));
    }
    var secret = ApiKeySecret.generate(maker.live(), secureRandom);
    var key =
        new ApiKey(
            new ApiKeyId(ids.next()),
            maker.workspace(),
            maker.live(),
            name,
            secret.hint(),
            scopes.stream().distinct().sorted().toList(),
            now,
            now,
            expiresAt,
            null,
            null);
    db.useTransaction(maker.workspace(), tx -> store.insert(tx, key, secret.hash()));
    return new Created(key, secret);
  }

  public ApiKey revoke(WorkspaceId workspace, ApiKeyId id) {
    return db.inTransaction(
        workspace,
        tx -> {
          require(tx, id);
          store.revoke(tx, id, clock.instant());
          store.raiseEpoch(tx);
          tx.afterCommit(authenticator::pollEpoch);
          return require(tx, id);
        });
  }

  private ApiKey require(WorkspaceTx tx, ApiKeyId id) {
    return store
        .find(tx, id)
        .orElseThrow(() -> new NotFound(ProblemCode.NOT_FOUND, "No API key " + id + "."));
  }

  private static void checkScopes(Principal maker, List<String> scopes) {
    var errors = new ArrayList<FieldError>();
    for (int i = 0; i < scopes.size(); i++) {
      var scope = scopes.get(i);
      if (!scope.equals(Permission.ALL) && !Permission.names().contains(scope)) {
        errors.add(new FieldError("/scopes/" + i, "unknown", "is not a permission"));
      }
    }
    if (!errors.isEmpty()) {
      throw new Invalid(ProblemCode.VALIDATION_FAILED, "A scope is not known.", errors);
    }
    for (var scope : Permission.expand(scopes)) {
      if (!maker.may(scope)) {
        throw new Forbidden(
            ProblemCode.PERMISSION_DENIED, "A key cannot hand on " + scope + ": it lacks it.");
      }
    }
  }
}

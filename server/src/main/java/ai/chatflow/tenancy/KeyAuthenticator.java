package ai.chatflow.tenancy;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.context.Principal;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.errors.Unauthorized;
import ai.chatflow.platform.http.Authenticator;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Finds the key behind a bearer token (RFC 6750). Keys are remembered for as long as the
/// revocation epoch stands; `pollEpoch` runs at least twice a second on every node, so a revoked
/// key is refused everywhere within a second, Redis or not.
public final class KeyAuthenticator implements Authenticator {
  private static final String SCHEME = "Bearer ";
  private static final Duration FORGET = Duration.ofMinutes(5);
  private static final int REMEMBERED = 100_000;

  private final Db db;
  private final ApiKeyStore store = new ApiKeyStore();
  private final InstantSource clock;
  private final Cache<ByteBuffer, Known> known =
      Caffeine.newBuilder().maximumSize(REMEMBERED).expireAfterWrite(FORGET).build();
  private final Map<ApiKey, Instant> uses = new ConcurrentHashMap<>();
  private volatile long epoch = -1;

  /// A key as it stood when `epoch` was current.
  private record Known(ApiKey key, Principal principal, long epoch) {}

  public KeyAuthenticator(Db db, InstantSource clock) {
    this.db = db;
    this.clock = clock;
  }

  @Override
  public Principal authenticate(@Nullable String authorization) {
    if (authorization == null) {
      throw new Unauthorized(
          ProblemCode.MISSING_CREDENTIALS, "Send Authorization: Bearer <API key>.");
    }
    if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw invalid();
    }
    var secret =
        ApiKeySecret.parse(authorization.substring(SCHEME.length()).strip())
            .orElseThrow(KeyAuthenticator::invalid);
    var found = find(secret).orElseThrow(KeyAuthenticator::invalid);
    var now = clock.instant();
    if (!found.key().usableAt(now)) {
      throw invalid();
    }
    uses.put(found.key(), now);
    return found.principal();
  }

  private Optional<Known> find(ApiKeySecret secret) {
    var hash = secret.hash();
    var name = ByteBuffer.wrap(hash);
    var current = epoch;
    var remembered = known.getIfPresent(name);
    if (remembered != null && remembered.epoch() == current) {
      return Optional.of(remembered);
    }
    return db.inSystemTransaction(tx -> store.findByHash(tx, hash))
        .map(
            key -> {
              var fresh = new Known(key, principal(key), current);
              known.put(name, fresh);
              return fresh;
            });
  }

  private static Principal principal(ApiKey key) {
    return new Principal(key.id(), key.workspace(), key.live(), Permission.expand(key.scopes()));
  }

  /// Notices revocations made on any node.
  public void pollEpoch() {
    epoch = db.inSystemTransaction(store::epoch);
  }

  /// Writes the last-used times that gathered since the last call.
  public void writeUses() {
    var gathered = Map.copyOf(uses);
    if (!gathered.isEmpty()) {
      db.useSystemTransaction(tx -> store.touch(tx, gathered.entrySet()));
      gathered.forEach(uses::remove);
    }
  }

  private static Unauthorized invalid() {
    return new Unauthorized(
        ProblemCode.INVALID_CREDENTIALS, "The API key is unknown, expired or revoked.");
  }
}

package ai.chatflow.platform.idempotency;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.Conflict;
import ai.chatflow.platform.errors.DomainException;
import ai.chatflow.platform.idempotency.IdempotencyStore.Answer;
import ai.chatflow.platform.idempotency.IdempotencyStore.Claim;
import ai.chatflow.platform.json.Json;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Keys of requests that are committed many at once: the filter leaves looking up and keeping their
/// answers to the operation, which does both for all of them, in the transaction of their effects.
public final class IdempotentGroup {
  private static final ScopedValue<Claim> CLAIM = ScopedValue.newInstance();

  private final IdempotencyStore store;

  public IdempotentGroup(IdempotencyStore store) {
    this.store = store;
  }

  /// The claim of the request that this thread serves; empty when it came without a key.
  public static Optional<Claim> claimed() {
    return CLAIM.isBound() ? Optional.of(CLAIM.get()) : Optional.empty();
  }

  static void claiming(Claim claim, Runnable request) {
    ScopedValue.where(CLAIM, claim).run(request);
  }

  /// An answer that was given before, in place of doing it again. It has a body, so that JAX-RS
  /// sends it as it is.
  private static final class RepeatedException extends WebApplicationException {
    private static final long serialVersionUID = 1L;

    RepeatedException(Answer answer) {
      super(response(answer));
    }

    private static Response response(Answer answer) {
      var response = Response.status(answer.status()).entity(answer.body());
      answer.headers().forEach(response::header);
      return response.header(IdempotencyFilter.REPLAYED, "true").build();
    }
  }

  /// Takes the claims for the length of the transaction.
  ///
  /// @return what to throw in place of running a request: its answer was given before, its key was
  ///   used for another, or a twin is running
  public Map<Claim, RuntimeException> lock(WorkspaceTx tx, List<Claim> claims) {
    var turnedAway = new HashMap<Claim, RuntimeException>();
    if (claims.isEmpty()) {
      return turnedAway;
    }
    var keys = new HashSet<List<String>>();
    var first = new ArrayList<Claim>();
    for (var claim : claims) {
      if (keys.add(List.of(claim.operation(), claim.key()))) {
        first.add(claim);
      } else {
        turnedAway.put(claim, inProgress());
      }
    }
    var locked = Set.copyOf(store.lock(tx, first));
    first.stream().filter(c -> !locked.contains(c)).forEach(c -> turnedAway.put(c, inProgress()));
    for (var stored : store.find(tx, first)) {
      first.stream()
          .filter(claim -> locked.contains(claim) && stored.isOf(claim))
          .forEach(claim -> turnedAway.put(claim, repeated(stored, claim)));
    }
    return turnedAway;
  }

  private static RuntimeException repeated(IdempotencyStore.Stored stored, Claim claim) {
    try {
      return new RepeatedException(stored.answerTo(claim));
    } catch (DomainException reused) {
      return reused;
    }
  }

  /// Keeps the answers of requests that were done: a status and a body of JSON.
  public void keep(WorkspaceTx tx, int status, Map<Claim, ?> bodies) {
    if (bodies.isEmpty()) {
      return;
    }
    var answers = new HashMap<Claim, Answer>();
    bodies.forEach(
        (claim, body) ->
            answers.put(
                claim,
                new Answer(
                    status,
                    Map.of("Content-Type", MediaType.APPLICATION_JSON),
                    Json.write(body).getBytes(StandardCharsets.UTF_8))));
    store.insert(tx, answers);
  }

  static Conflict inProgress() {
    return new Conflict(
        ProblemCode.IDEMPOTENCY_IN_PROGRESS, "The request with this key is still running.");
  }
}

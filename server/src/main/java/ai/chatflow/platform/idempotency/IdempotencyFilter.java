package ai.chatflow.platform.idempotency;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.BadRequest;
import ai.chatflow.platform.errors.DomainException;
import ai.chatflow.platform.http.BodyLimit;
import ai.chatflow.platform.http.ProblemWriter;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes POST and PATCH safe to repeat: the whole request runs inside one transaction, and the
/// stored answer commits with its effect. A concurrent twin is found by an advisory lock and told
/// 409 at once; a finished 4xx is stored by itself; 5xx and 429 are never kept.
public final class IdempotencyFilter implements Filter {
  static final String REPLAYED = "Idempotency-Replayed";

  private static final String HEADER = "Idempotency-Key";
  private static final int MAX_KEY = 255;
  private static final Set<Integer> NEVER_KEPT = Set.of(401, 403, 429);

  private final Db db;
  private final IdempotencyStore store;
  private final ProblemWriter problems;
  private final Set<String> grouped;
  private final UnkeyedOperations unkeyed;

  /// @param grouped operations, such as `POST /v1/messages`, that commit many requests at once and
  ///   keep their answers by an `IdempotentGroup`
  /// @param unkeyed operations whose key is not heeded
  public IdempotencyFilter(
      Db db,
      IdempotencyStore store,
      ProblemWriter problems,
      Set<String> grouped,
      UnkeyedOperations unkeyed) {
    this.db = db;
    this.store = store;
    this.problems = problems;
    this.grouped = Set.copyOf(grouped);
    this.unkeyed = unkeyed;
  }

  @Override
  public void doFilter(ServletRequest in, ServletResponse out, FilterChain chain)
      throws IOException, ServletException {
    var request = (HttpServletRequest) in;
    var response = (HttpServletResponse) out;
    var key = request.getHeader(HEADER);
    if (key == null || !applies(request)) {
      chain.doFilter(in, out);
      return;
    }
    try {
      checkKey(key);
      guarded(key, request, response, chain);
    } catch (DomainException refusal) {
      problems.write(response, refusal);
    } catch (BodyLimit.TooLarge _) {
      problems.write(response, ProblemCode.PAYLOAD_TOO_LARGE, "At most 1 MiB.");
    }
  }

  private boolean applies(HttpServletRequest request) {
    var method = request.getMethod();
    return (method.equals("POST") || method.equals("PATCH"))
        && RequestContext.isBound()
        && RequestContext.current().authenticated()
        && request.getRequestURI().startsWith("/v1/")
        && !unkeyed.test(method + " " + request.getRequestURI());
  }

  private static void checkKey(String key) {
    if (key.isBlank() || key.length() > MAX_KEY || key.indexOf('\u0000') >= 0) {
      throw new BadRequest(
          ProblemCode.INVALID_PARAMETER, HEADER, "must have 1 to " + MAX_KEY + " characters");
    }
  }

  private void guarded(
      String key, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException {
    var body = BodyLimit.read(request.getInputStream(), BodyLimit.API);
    var claim =
        IdempotencyStore.Claim.of(request.getMethod() + " " + request.getRequestURI(), key, body);
    var attempt = new Attempt(request, response, body, chain);
    var workspace = RequestContext.current().workspace();
    try {
      if (grouped.contains(claim.operation())) {
        IdempotentGroup.claiming(claim, () -> alone(attempt));
      } else {
        db.useTransaction(workspace, tx -> once(tx, claim, attempt));
      }
    } catch (RefusedException _) {
      if (!NEVER_KEPT.contains(attempt.status()) && attempt.status() < 500) {
        db.useTransaction(workspace, tx -> store.insert(tx, claim, attempt.answer()));
      }
    } catch (DomainException refusal) {
      throw refusal;
    } catch (RuntimeException e) {
      if (attempt.status() < 500) {
        throw e;
      }
    }
    attempt.send();
  }

  /// One run inside one transaction. Whatever is thrown from here rolls the transaction back.
  private void once(WorkspaceTx tx, IdempotencyStore.Claim claim, Attempt attempt) {
    if (!store.lock(tx, claim)) {
      throw IdempotentGroup.inProgress();
    }
    var stored = store.find(tx, claim);
    if (stored.isPresent()) {
      attempt.replay(stored.get().answerTo(claim));
      return;
    }
    attempt.run();
    if (attempt.status() >= 400) {
      throw attempt.failure();
    }
    store.insert(tx, claim, attempt.answer());
  }

  /// A run whose operation keeps the answer itself, together with those of others.
  private static void alone(Attempt attempt) {
    attempt.run();
    if (attempt.status() >= 400 && !attempt.repeated()) {
      throw attempt.failure();
    }
  }

  /// The request was refused: nothing of it may commit.
  private static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException() {
      super("refused", null, false, false);
    }
  }

  /// A run of the rest of the chain, repeatable, with its answer held back until the commit.
  private static final class Attempt {
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final byte[] body;
    private final FilterChain chain;
    private @Nullable HeldResponse held;
    private IdempotencyStore.@Nullable Answer replayed;

    Attempt(
        HttpServletRequest request, HttpServletResponse response, byte[] body, FilterChain chain) {
      this.request = request;
      this.response = response;
      this.body = body;
      this.chain = chain;
    }

    void run() {
      RequestContext.current().reset();
      var holding = new HeldResponse(response);
      held = holding;
      try {
        chain.doFilter(new ReplayedRequest(request, body), holding);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (ServletException e) {
        throw new IllegalStateException(e);
      }
    }

    void replay(IdempotencyStore.Answer answer) {
      replayed = answer;
    }

    /// The operation gave an answer that was stored before.
    boolean repeated() {
      return response.getHeader(REPLAYED) != null;
    }

    int status() {
      return held == null ? 0 : held.getStatus();
    }

    IdempotencyStore.Answer answer() {
      return java.util.Objects.requireNonNull(held).answer();
    }

    /// What to throw after an answer of 400 or more: the failure itself when it may be worth
    /// another try (a deadlock), else the mark that rolls back.
    RuntimeException failure() {
      var failure = RequestContext.current().failure();
      return status() >= 500
              && failure instanceof RuntimeException e
              && !(failure instanceof DomainException)
          ? e
          : new RefusedException();
    }

    void send() throws IOException {
      if (replayed != null) {
        response.setHeader(REPLAYED, "true");
        replayed.writeTo(response);
      } else if (held != null) {
        held.send();
      }
    }
  }
}

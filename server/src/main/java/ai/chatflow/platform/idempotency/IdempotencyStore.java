package ai.chatflow.platform.idempotency;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.crypto.SecretBox;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.json.Json;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Answers of requests that carried an `Idempotency-Key`. Bodies are sealed: one may hold a secret
/// that is shown once.
public final class IdempotencyStore {
  private static final String PURPOSE = "idempotency.body";

  private final SecretBox secrets;

  public IdempotencyStore(SecretBox secrets) {
    this.secrets = secrets;
  }

  /// A request as its key identifies it: `fingerprint` is the SHA-256 of the body.
  public record Claim(String operation, String key, byte[] fingerprint) {
    static Claim of(String operation, String key, byte[] body) {
      try {
        return new Claim(operation, key, MessageDigest.getInstance("SHA-256").digest(body));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /// An answer as it was given.
  record Answer(int status, Map<String, String> headers, byte[] body) {
    void writeTo(HttpServletResponse response) throws IOException {
      response.setStatus(status);
      headers.forEach(response::setHeader);
      if (body.length > 0) {
        response.getOutputStream().write(body);
      }
    }
  }

  /// @param claim of the request that was answered
  record Stored(Claim claim, Answer answer) {
    boolean isOf(Claim other) {
      return claim.operation().equals(other.operation()) && claim.key().equals(other.key());
    }

    /// @throws Invalid when the same key came with another body
    Answer answerTo(Claim repeated) {
      if (!MessageDigest.isEqual(claim.fingerprint(), repeated.fingerprint())) {
        throw new Invalid(
            ProblemCode.IDEMPOTENCY_KEY_REUSED,
            "This key was used with another body.",
            List.<FieldError>of());
      }
      return answer;
    }
  }

  /// Takes a claim for the length of the transaction; false when a twin holds it.
  boolean lock(WorkspaceTx tx, Claim claim) {
    return !lock(tx, List.of(claim)).isEmpty();
  }

  Optional<Stored> find(WorkspaceTx tx, Claim claim) {
    return find(tx, List.of(claim)).stream().findFirst();
  }

  void insert(WorkspaceTx tx, Claim claim, Answer answer) {
    insert(tx, Map.of(claim, answer));
  }

  /// Takes claims for the length of the transaction; returns those that no twin holds.
  List<Claim> lock(WorkspaceTx tx, List<Claim> claims) {
    return tx.handle()
        .createQuery(
            """
            select n.turn from unnest(:names) with ordinality as n (name, turn)
            where pg_try_advisory_xact_lock(hashtextextended(n.name, 0))
            """)
        .bindArray("names", String.class, claims.stream().map(c -> nameOf(tx, c)).toList())
        .mapTo(Integer.class)
        .map(turn -> claims.get(turn - 1))
        .list();
  }

  private static String nameOf(WorkspaceTx tx, Claim claim) {
    return tx.workspace() + "\n" + claim.operation() + "\n" + claim.key();
  }

  /// What is stored under claims, and perhaps under the key of one for the operation of another:
  /// two arrays are looked up in the index, where a join of both may be planned as a scan.
  List<Stored> find(WorkspaceTx tx, List<Claim> claims) {
    return tx.handle()
        .createQuery(
            """
            select operation, key, fingerprint, status, headers, body from idempotency
            where workspace_id = :workspace and operation = any(:operations) and key = any(:keys)
            """)
        .bind("workspace", tx.workspace())
        .bindArray(
            "operations", String.class, claims.stream().map(Claim::operation).distinct().toList())
        .bindArray("keys", String.class, claims.stream().map(Claim::key).toList())
        .map((row, _) -> read(tx, row))
        .list();
  }

  private Stored read(WorkspaceTx tx, ResultSet row) throws SQLException {
    return new Stored(
        new Claim(row.getString("operation"), row.getString("key"), row.getBytes("fingerprint")),
        new Answer(
            row.getInt("status"),
            Json.readStrings(row.getString("headers")),
            secrets.open(tx.workspace(), PURPOSE, row.getBytes("body"))));
  }

  /// Keeps answers in the transaction of their effects.
  void insert(WorkspaceTx tx, Map<Claim, Answer> answers) {
    var claims = List.copyOf(answers.keySet());
    var given = claims.stream().map(answers::get).toList();
    tx.later(
        """
        insert into idempotency
          (workspace_id, operation, key, fingerprint, status, headers, body)
        select :workspace, a.operation, a.key, a.fingerprint, a.status, a.headers::jsonb, a.body
        from unnest(:operations, :keys, :fingerprints, :statuses, :headers, :bodies)
          as a (operation, key, fingerprint, status, headers, body)
        on conflict do nothing
        """,
        values ->
            values
                .bind("workspace", tx.workspace())
                .bindArray(
                    "operations", String.class, claims.stream().map(Claim::operation).toArray())
                .bindArray("keys", String.class, claims.stream().map(Claim::key).toArray())
                .bindArray(
                    "fingerprints", byte[].class, claims.stream().map(Claim::fingerprint).toArray())
                .bindArray("statuses", Integer.class, given.stream().map(Answer::status).toArray())
                .bindArray(
                    "headers",
                    String.class,
                    given.stream().map(g -> Json.write(g.headers())).toArray())
                .bindArray(
                    "bodies",
                    byte[].class,
                    given.stream()
                        .map(g -> secrets.seal(tx.workspace(), PURPOSE, g.body()))
                        .toArray()));
  }
}

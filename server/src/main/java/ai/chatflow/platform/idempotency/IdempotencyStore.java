package ai.chatflow.platform.idempotency;

import ai.chatflow.platform.crypto.SecretBox;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.json.Json;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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
  record Claim(String operation, String key, byte[] fingerprint) {
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

  record Stored(byte[] fingerprint, Answer answer) {
    boolean matches(Claim claim) {
      return MessageDigest.isEqual(fingerprint, claim.fingerprint());
    }
  }

  /// Takes the claim for the length of the transaction; false when a twin holds it.
  boolean lock(WorkspaceTx tx, Claim claim) {
    return tx.handle()
        .createQuery("select pg_try_advisory_xact_lock(hashtextextended(:name, 0))")
        .bind("name", tx.workspace() + "\n" + claim.operation() + "\n" + claim.key())
        .mapTo(Boolean.class)
        .one();
  }

  Optional<Stored> find(WorkspaceTx tx, Claim claim) {
    return tx.handle()
        .createQuery(
            """
            select fingerprint, status, headers, body from idempotency
            where workspace_id = :workspace and operation = :operation and key = :key
            """)
        .bind("workspace", tx.workspace())
        .bind("operation", claim.operation())
        .bind("key", claim.key())
        .map(
            (row, _) ->
                new Stored(
                    row.getBytes("fingerprint"),
                    new Answer(
                        row.getInt("status"),
                        Json.readStrings(row.getString("headers")),
                        row.getBytes("body"))))
        .findOne()
        .map(
            found ->
                new Stored(
                    found.fingerprint(),
                    new Answer(
                        found.answer().status(),
                        found.answer().headers(),
                        secrets.open(tx.workspace(), PURPOSE, found.answer().body()))));
  }

  void insert(WorkspaceTx tx, Claim claim, Answer answer) {
    tx.handle()
        .createUpdate(
            """
            insert into idempotency
              (workspace_id, operation, key, fingerprint, status, headers, body)
            values
              (:workspace, :operation, :key, :fingerprint, :status, cast(:headers as jsonb), :body)
            on conflict do nothing
            """)
        .bind("workspace", tx.workspace())
        .bind("operation", claim.operation())
        .bind("key", claim.key())
        .bind("fingerprint", claim.fingerprint())
        .bind("status", answer.status())
        .bind("headers", Json.write(answer.headers()))
        .bind("body", secrets.seal(tx.workspace(), PURPOSE, answer.body()))
        .execute();
  }
}

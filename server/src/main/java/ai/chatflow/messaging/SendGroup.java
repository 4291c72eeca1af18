package ai.chatflow.messaging;

import ai.chatflow.api.model.Message;
import ai.chatflow.api.model.SendMessageRequest;
import ai.chatflow.messaging.MessageSender.Verdict;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.GroupCommit;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.idempotency.IdempotencyStore.Claim;
import ai.chatflow.platform.idempotency.IdempotentGroup;
import ai.chatflow.platform.ids.WorkspaceId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Accepts single messages by group commit, each with its own verdict and its own key. What is
/// refused leaves nothing behind, not even the contact that it would have been sent to: a
/// transaction in which something was refused is rolled back and made again without it.
final class SendGroup {
  private static final int ACCEPTED = 202;

  private final Db db;
  private final MessageSender sender;
  private final IdempotentGroup keys;
  private final GroupCommit<WorkspaceId, Request, Outcome> group = new GroupCommit<>(this::commit);

  SendGroup(Db db, MessageSender sender, IdempotentGroup keys) {
    this.db = db;
    this.sender = sender;
    this.keys = keys;
  }

  /// Two may say the same and are two all the same: they are told apart by identity.
  private static final class Request {
    private final SendMessageRequest message;
    private final @Nullable Claim claim;

    Request(SendMessageRequest message, @Nullable Claim claim) {
      this.message = message;
      this.claim = claim;
    }

    Optional<Claim> claim() {
      return Optional.ofNullable(claim);
    }
  }

  /// A message, or what to throw instead.
  private record Outcome(@Nullable Message accepted, @Nullable RuntimeException refused) {}

  /// Those of a transaction's requests that were refused.
  private static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Map<Request, Outcome> refused;

    RefusedException(Map<Request, Outcome> refused) {
      super("refused", null, false, false);
      this.refused = refused;
    }
  }

  Message send(WorkspaceId workspace, SendMessageRequest message) {
    var outcome =
        group.submit(workspace, new Request(message, IdempotentGroup.claimed().orElse(null)));
    if (outcome.refused() != null) {
      throw outcome.refused();
    }
    return Objects.requireNonNull(outcome.accepted());
  }

  private List<Outcome> commit(WorkspaceId workspace, List<Request> requests) {
    var outcomes = new HashMap<Request, Outcome>();
    while (outcomes.size() < requests.size()) {
      var open = requests.stream().filter(r -> !outcomes.containsKey(r)).toList();
      try {
        outcomes.putAll(db.inTransaction(workspace, tx -> attempt(tx, open)));
      } catch (RefusedException some) {
        outcomes.putAll(some.refused);
      }
    }
    return requests.stream().map(r -> Objects.requireNonNull(outcomes.get(r))).toList();
  }

  private Map<Request, Outcome> attempt(WorkspaceTx tx, List<Request> requests) {
    var outcomes = new HashMap<Request, Outcome>();
    var turnedAway = keys.lock(tx, requests.stream().flatMap(r -> r.claim().stream()).toList());
    var admitted = new ArrayList<Request>();
    for (var request : requests) {
      var reason = request.claim().map(turnedAway::get);
      if (reason.isPresent()) {
        outcomes.put(request, new Outcome(null, reason.get()));
      } else {
        admitted.add(request);
      }
    }
    var verdicts = sender.send(tx, admitted.stream().map(r -> r.message).toList());
    var refused = new HashMap<Request, Outcome>();
    var answers = new HashMap<Claim, Message>();
    for (int i = 0; i < verdicts.size(); i++) {
      var request = admitted.get(i);
      switch (verdicts.get(i)) {
        case Verdict.Refused(var reason) -> refused.put(request, new Outcome(null, reason));
        case Verdict.Accepted(var message) -> {
          outcomes.put(request, new Outcome(message, null));
          request.claim().ifPresent(claim -> answers.put(claim, message));
        }
      }
    }
    if (!refused.isEmpty()) {
      throw new RefusedException(refused);
    }
    keys.keep(tx, ACCEPTED, answers);
    return outcomes;
  }
}

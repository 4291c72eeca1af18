package ai.chatflow.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.sdk.errors.ApiException;
import ai.chatflow.sdk.model.ProblemCode;
import ai.chatflow.sdk.model.ProblemError;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// Calls that the server must refuse.
final class Refusals {
  private Refusals() {}

  /// The refusal of a call; a call that succeeds fails the test.
  static ApiException refusal(int status, ProblemCode code, ThrowingCallable call) {
    var refusal = Assertions.catchThrowableOfType(ApiException.class, call);
    assertThat(refusal).as("the call succeeded").isNotNull();
    assertThat(refusal.code()).as(refusal.toString()).contains(code);
    assertThat(refusal.status()).isEqualTo(status);
    assertThat(refusal.problem().orElseThrow().status()).isEqualTo(status);
    assertThat(refusal.requestId()).isPresent();
    return refusal;
  }

  /// What a refusal points at.
  static List<String> pointers(ApiException refusal) {
    return refusal.errors().stream()
        .map(ProblemError::pointer)
        .flatMap(java.util.Optional::stream)
        .toList();
  }
}

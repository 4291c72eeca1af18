package ai.chatflow.flows.engine;

import ai.chatflow.api.model.FlowSessionStatus;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All that a session remembers between sprints. Stored as JSON; reading it back gives an equal
/// one.
///
/// @param nodeId where it waits, failed or ended; null before the first sprint
/// @param attempts answers to that node so far that did not fit
/// @param variables strings, longs, doubles and booleans
public record SessionState(
    FlowSessionStatus status,
    @Nullable String nodeId,
    int attempts,
    Map<String, Object> variables,
    @Nullable String failure) {
  public SessionState {
    var canonical = new TreeMap<String, Object>();
    variables.forEach((name, value) -> canonical.put(name, canonical(value)));
    variables = Collections.unmodifiableMap(canonical);
  }

  /// A session that has not begun.
  public static SessionState fresh() {
    return new SessionState(FlowSessionStatus.WAITING, null, 0, Map.of(), null);
  }

  SessionState waitingAt(String node, int attempt, Map<String, Object> values) {
    return new SessionState(FlowSessionStatus.WAITING, node, attempt, values, null);
  }

  SessionState completedAt(@Nullable String node, Map<String, Object> values) {
    return new SessionState(FlowSessionStatus.COMPLETED, node, 0, values, null);
  }

  /// The session cannot go on. Keeps the variables of before the sprint, which never happened.
  public SessionState failedAt(@Nullable String node, String reason) {
    return new SessionState(FlowSessionStatus.FAILED, node, 0, variables, reason);
  }

  /// The session was ended from outside.
  public SessionState cancelled() {
    return new SessionState(FlowSessionStatus.CANCELLED, nodeId, 0, variables, null);
  }

  private static Object canonical(Object value) {
    return switch (value) {
      case Integer number -> number.longValue();
      case Float number -> number.doubleValue();
      case BigDecimal number -> number.doubleValue();
      default -> value;
    };
  }
}

package ai.chatflow.platform.graphql;

import java.util.List;
import java.util.Map;

/// What a request is answered.
public sealed interface GraphAnswer {
  /// All at once: `data`, and `errors` where there were any.
  record Whole(Map<String, Object> result) implements GraphAnswer {}

  /// Not begun.
  record Refused(List<Map<String, Object>> errors) implements GraphAnswer {}

  /// A subscription, begun.
  record Live(LiveResults results) implements GraphAnswer {}
}

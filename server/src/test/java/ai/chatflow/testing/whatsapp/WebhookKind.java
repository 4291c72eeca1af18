package ai.chatflow.testing.whatsapp;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;

/// What kind of webhook one is: which members it has, at any depth, and what those say that name a
/// kind. One webhook covers another when it has all that the other has.
public final class WebhookKind {
  private static final Set<String> TELLING =
      Set.of("field", "type", "event", "decision", "status", "code", "source_type");

  private WebhookKind() {}

  /// The members, as paths without positions, and the telling ones with their values.
  public static Set<String> of(JsonNode webhook) {
    var found = new TreeSet<String>();
    gather(webhook, "", found);
    return found;
  }

  private static void gather(JsonNode node, String path, Set<String> found) {
    node.forEach(
        element -> {
          if (node.isArray()) {
            gather(element, path, found);
          }
        });
    for (var member : node.properties()) {
      var place = path + "/" + member.getKey();
      found.add(place);
      // Meta names one kind of group notice by the type of another
      if (TELLING.contains(member.getKey()) && !path.endsWith("/groups")) {
        if (member.getValue().isValueNode()) {
          found.add(place + "=" + member.getValue().asText());
        }
      }
      gather(member.getValue(), place, found);
    }
  }
}

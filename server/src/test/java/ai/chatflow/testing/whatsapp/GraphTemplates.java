package ai.chatflow.testing.whatsapp;

import ai.chatflow.testing.whatsapp.GraphRules.Violation;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The message templates of the account that the Graph API plays: they are listed by cursor,
/// created, edited and deleted as Meta lets one. Sources: Meta, "WhatsApp Business Account ›
/// Message Templates", "WhatsApp Message Template", "Templates › Editing".
public final class GraphTemplates {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ACCOUNT = "/{Version}/{WABA-ID}/message_templates";
  private static final String TEMPLATE = "/{Version}/{TEMPLATE_ID}";
  private static final int LARGEST_PAGE = 1_000;
  private static final Set<String> EDITABLE = Set.of("APPROVED", "REJECTED", "PAUSED");

  /// "Template status": approved ones can be edited once a day.
  private static final int EDITS_A_DAY = 1;

  private static final int TAKEN = 2_388_024;
  private static final int NOT_EDITABLE = 2_388_047;
  private static final int UNKNOWN = 33;

  private final Map<String, ObjectNode> byId = new LinkedHashMap<>();
  private final Map<String, Integer> edits = new LinkedHashMap<>();
  private final List<String> calls = new ArrayList<>();
  private final Map<String, Queue<Fault>> next = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong(900_000_000_000L);
  private String verdict = "PENDING";
  private int largestPage = LARGEST_PAGE;

  /// What is answered.
  ///
  /// @param fault what goes wrong instead; null where nothing does
  /// @param offence what nobody should have sent; null where nothing was wrong with it
  record Answer(int status, JsonNode body, @Nullable Fault fault, @Nullable Violation offence) {}

  /// The status that templates are created with from now on.
  public synchronized void reviews(String status) {
    verdict = status;
  }

  /// Pages are no longer than that from now on.
  public synchronized void pagesOf(int most) {
    largestPage = most;
  }

  /// The next requests with this method misbehave like this, one each.
  public void next(String method, Fault... faults) {
    next.computeIfAbsent(method, _ -> new ConcurrentLinkedQueue<>()).addAll(List.of(faults));
  }

  /// A template that was made elsewhere.
  public synchronized String has(JsonNode template) {
    String id = String.valueOf(ids.incrementAndGet());
    byId.put(id, ((ObjectNode) template.deepCopy()).put("id", id));
    return id;
  }

  /// Changes a template as Meta does.
  public synchronized void set(String id, String member, String value) {
    byId.get(id).put(member, value);
  }

  /// A template is deleted elsewhere.
  public synchronized void forget(String id) {
    byId.remove(id);
  }

  /// Those that are there, by name.
  public synchronized List<JsonNode> named(String name) {
    return byId.values().stream()
        .filter(t -> t.path("name").asText().equals(name))
        .map(t -> (JsonNode) t.deepCopy())
        .toList();
  }

  /// The requests until now: method and what they were about.
  public synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  /// Null when the request is about something else.
  synchronized @Nullable Answer answer(
      GraphRequests.Request request, String account, @Nullable String rawQuery) {
    boolean list = request.number().equals(account) && "/message_templates".equals(request.rest());
    boolean item = byId.containsKey(request.number()) && request.rest().isEmpty();
    if (!list && !item) {
      return null;
    }
    var query = query(rawQuery);
    calls.add(request.method() + (item ? " " + request.number() : "") + " " + query);
    if (!knows(request.method(), list ? ACCOUNT : TEMPLATE)) {
      return offended(new Violation(100, "Unsupported " + request.method() + " request."));
    }
    Fault fault = next.getOrDefault(request.method(), new ArrayDeque<>()).poll();
    if (fault instanceof Fault.DropBeforeAccepting || fault instanceof Fault.Refuse) {
      return new Answer(200, JSON.createObjectNode(), fault, null);
    }
    var answer = list ? listed(request, query) : edited(request);
    return new Answer(answer.status(), answer.body(), fault, answer.offence());
  }

  private static boolean knows(String method, String path) {
    return GraphSpec.find().map(spec -> spec.knows(method, path)).orElse(true);
  }

  private Answer listed(GraphRequests.Request request, Map<String, String> query) {
    return switch (request.method()) {
      case "GET" -> page(query);
      case "POST" -> created(request.body());
      case "DELETE" -> deleted(query);
      default -> offended(new Violation(100, "Unsupported request."));
    };
  }

  private Answer page(Map<String, String> query) {
    if (!Set.of("fields", "limit", "after", "name").containsAll(query.keySet())) {
      return offended(new Violation(100, "Unexpected parameters " + query.keySet()));
    }
    int limit = Integer.parseInt(query.getOrDefault("limit", "25"));
    if (limit < 1 || limit > LARGEST_PAGE) {
      return offended(new Violation(100, "limit"));
    }
    limit = Math.min(limit, largestPage);
    String name = query.getOrDefault("name", "");
    // the reference: `name` finds parts of names
    var found = byId.values().stream().filter(t -> t.path("name").asText().contains(name)).toList();
    int from = query.containsKey("after") ? cursor(query.get("after")) : 0;
    int to = Math.min(found.size(), from + limit);
    ObjectNode body = JSON.createObjectNode();
    ArrayNode data = body.putArray("data");
    found.subList(Math.min(from, to), to).forEach(t -> data.add(shown(t, query.get("fields"))));
    if (!data.isEmpty()) {
      ObjectNode paging = body.putObject("paging");
      paging.putObject("cursors").put("before", "c" + from).put("after", "c" + to);
      if (to < found.size()) {
        paging.put("next", "https://graph.facebook.com/…");
      }
    }
    return new Answer(200, body, null, null);
  }

  private static int cursor(String after) {
    return Integer.parseInt(after.substring(1));
  }

  /// "Fields": without being asked, Meta shows six of them.
  private static ObjectNode shown(ObjectNode template, @Nullable String fields) {
    var wanted =
        fields == null
            ? List.of("id", "name", "language", "status", "category", "components")
            : List.of(fields.split(","));
    ObjectNode shown = JSON.createObjectNode();
    wanted.stream().filter(template::has).forEach(field -> shown.set(field, template.get(field)));
    return shown;
  }

  private Answer created(@Nullable JsonNode body) {
    var violation = TemplateGraphRules.creation(body);
    if (violation != null || body == null) {
      return offended(violation);
    }
    String name = body.path("name").asText();
    String language = body.path("language").asText();
    boolean taken =
        named(name).stream().anyMatch(t -> t.path("language").asText().equals(language));
    if (taken) {
      return refused(
          new Violation(100, "Invalid parameter"),
          TAKEN,
          "There is already " + language + " content for this template.");
    }
    ObjectNode template = body.deepCopy();
    String id = has(template.put("status", verdict).put("rejected_reason", "NONE"));
    ObjectNode answer = JSON.createObjectNode().put("id", id).put("status", verdict);
    return new Answer(200, answer.put("category", body.path("category").asText()), null, null);
  }

  private Answer edited(GraphRequests.Request request) {
    var template = byId.get(request.number());
    if (!"POST".equals(request.method())) {
      return new Answer(200, shown(template, null), null, null);
    }
    JsonNode body = request.body();
    String status = template.path("status").asText();
    if (!EDITABLE.contains(status)) {
      return refused(
          new Violation(100, "Invalid parameter"), NOT_EDITABLE, "A " + status + " template.");
    }
    if ("APPROVED".equals(status)) {
      if (body != null && body.has("category")) {
        return refused(new Violation(100, "category"), NOT_EDITABLE, "The category stays.");
      }
      if (edits.merge(request.number(), 1, Integer::sum) > EDITS_A_DAY) {
        return refused(
            new Violation(100, "Invalid parameter"), NOT_EDITABLE, "Edited once today already.");
      }
    }
    var violation = TemplateGraphRules.edit(body, template);
    if (violation != null || body == null) {
      return offended(violation);
    }
    template.setAll((ObjectNode) body.deepCopy());
    template.put("status", "PENDING");
    return new Answer(200, JSON.createObjectNode().put("success", true), null, null);
  }

  /// "Delete a template": by id in one language, and then the name has to be right too.
  private Answer deleted(Map<String, String> query) {
    var template = byId.get(query.getOrDefault("hsm_id", ""));
    if (template == null || !template.path("name").asText().equals(query.get("name"))) {
      return refused(new Violation(100, "Object does not exist"), UNKNOWN, "There is none.");
    }
    byId.remove(query.get("hsm_id"));
    return new Answer(200, JSON.createObjectNode().put("success", true), null, null);
  }

  private static Answer refused(@Nullable Violation violation, int subcode, String told) {
    ObjectNode answer = JSON.createObjectNode();
    ObjectNode error = answer.putObject("error");
    error.put("message", violation == null ? "Invalid parameter" : violation.details());
    error.put("type", "OAuthException").put("code", violation == null ? 100 : violation.code());
    if (subcode != 0) {
      error.put("error_subcode", subcode).put("error_user_title", "Invalid template");
      error.put("error_user_msg", told);
    }
    error.put("is_transient", false).put("fbtrace_id", "SIMULATED");
    return new Answer(400, answer, null, null);
  }

  private static Answer offended(@Nullable Violation violation) {
    var offence = violation == null ? new Violation(100, "no body") : violation;
    var refusal = refused(offence, 0, "");
    return new Answer(refusal.status(), refusal.body(), null, offence);
  }

  private static Map<String, String> query(@Nullable String raw) {
    var found = new LinkedHashMap<String, String>();
    if (raw != null) {
      for (String pair : raw.split("&", -1)) {
        String[] parts = pair.split("=", 2);
        found.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
      }
    }
    return found;
  }
}

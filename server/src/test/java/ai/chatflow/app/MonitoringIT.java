package ai.chatflow.app;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.sdk.model.CreateWebhookEndpointRequest;
import ai.chatflow.sdk.model.MessageStatus;
import ai.chatflow.testing.Inhabited;
import ai.chatflow.testing.TestWorkspace;
import ai.chatflow.testing.WebhookReceiver;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Dashboards and alerts name only what a running server shows.
class MonitoringIT {
  @RegisterExtension static final TestWorkspace world = new TestWorkspace();

  private static final Path FOLDER = Path.of("../docs/grafana");

  /// What Prometheus adds to each sample.
  private static final Set<String> ADDED = Set.of("job", "instance");

  private static Exposition shown;

  @BeforeAll
  static void happen() throws Exception {
    try (var receiver = new WebhookReceiver()) {
      var endpoint = CreateWebhookEndpointRequest.builder().url(receiver.url("/hook")).build();
      world.client().webhookEndpoints().create(endpoint);
      var settled = Inhabited.settle(world.client());
      Inhabited.awaitStatus(world.client(), settled.id("sent"), MessageStatus.DELIVERED);
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !receiver.received().isEmpty());
    }
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              shown = Exposition.parse(world.server().admin("/metrics").body());
              assertThat(shown.has("chatflow_webhook_post_seconds_count")).isTrue();
              assertThat(shown.has("chatflow_messages_total", "status")).isTrue();
            });
  }

  @Test
  void everyExpressionOfTheDashboardsNamesWhatTheServerShows() throws IOException {
    for (var dashboard : dashboards()) {
      var expressions = expressions(dashboard);

      assertThat(expressions).isNotEmpty();
      assertThat(unknown(expressions)).as(dashboard.path("title").asText()).isEmpty();
    }
  }

  @Test
  void everyExpressionOfTheAlertsNamesWhatTheServerShows() throws IOException {
    var expressions = rules().stream().map(rule -> rule.path("expr").asText()).toList();

    assertThat(expressions).hasSizeGreaterThan(10);
    assertThat(unknown(expressions)).isEmpty();
  }

  @Test
  void anExpressionThatNamesSomethingElseIsFound() {
    assertThat(unknown(List.of("rate(chatflow_sends_imagined[5m])"))).hasSize(1);
    assertThat(unknown(List.of("sum by (workspace) (rate(chatflow_sends_total[5m]))"))).hasSize(1);
    assertThat(unknown(List.of("chatflow_lane_oldest_seconds{kind=\"imagined\"}"))).hasSize(1);
    assertThat(unknown(List.of("summ(chatflow_sends_total)"))).hasSize(1);
  }

  @Test
  void everyMetricOfOursIsSeenByAnOperator() throws IOException {
    var seen = new HashSet<String>();
    for (var dashboard : dashboards()) {
      expressions(dashboard)
          .forEach(e -> PromQl.parse(e).selectors().forEach(s -> seen.add(s.metric())));
    }

    var families =
        shown.types().keySet().stream().filter(name -> name.startsWith("chatflow_")).toList();
    assertThat(families)
        .isNotEmpty()
        .allSatisfy(
            family -> assertThat(seen).anyMatch(s -> s.equals(family) || histogram(s, family)));
  }

  private static boolean histogram(String metric, String family) {
    return metric.equals(family + "_bucket") || metric.equals(family + "_count");
  }

  @Test
  void noMetricOfOursHasALabelWithoutBounds() {
    var values = new HashMap<String, Set<String>>();
    shown
        .samples()
        .forEach(
            (metric, samples) -> {
              if (metric.startsWith("chatflow_")) {
                samples.forEach(
                    labels ->
                        labels.forEach(
                            (label, value) ->
                                values.computeIfAbsent(label, _ -> new HashSet<>()).add(value)));
              }
            });

    assertThat(values.keySet())
        .containsExactlyInAnyOrder(
            "operation", "status", "channel", "outcome", "kind", "pool", "answer", "state", "le");
    values.remove("le");
    assertThat(values.values()).allSatisfy(of -> assertThat(of).allMatch(MonitoringIT::isWord));
  }

  private static boolean isWord(String value) {
    return value.matches("[a-zA-Z0-9_.-]{1,40}") && !value.matches("[a-z]{3}_[0-9a-z]{26}");
  }

  @Test
  void everyAlertSaysWhatToDoAndHasItsParagraph() throws IOException {
    var runbook = Files.readString(FOLDER.resolve("../operations.md"));
    var names = new HashSet<String>();
    for (var rule : rules()) {
      var name = rule.path("alert").asText();
      var notes = rule.path("annotations");
      assertThat(names.add(name)).as(name).isTrue();
      assertThat(rule.at("/labels/severity").asText()).isIn("critical", "warning", "info");
      assertThat(notes.path("summary").asText()).as(name).isNotBlank();
      assertThat(notes.path("description").asText()).as(name).hasSizeGreaterThan(40);
      assertThat(notes.path("runbook").asText())
          .isEqualTo("docs/operations.md#" + name.toLowerCase(Locale.ROOT));
      assertThat(runbook).contains("\n### " + name + "\n");
    }
    assertThat(runbook.lines().filter(line -> line.startsWith("### ChatFlow")))
        .hasSameSizeAs(names);
  }

  @Test
  void dashboardsCanBeImportedAsTheyAre() throws IOException {
    var ids = new HashSet<String>();
    for (var dashboard : dashboards()) {
      var title = dashboard.path("title").asText();
      assertThat(ids.add(dashboard.path("uid").asText())).as(title).isTrue();
      assertThat(dashboard.path("schemaVersion").asInt()).as(title).isGreaterThanOrEqualTo(39);
      assertThat(dashboard.at("/templating/list/0/name").asText()).isEqualTo("DS_PROMETHEUS");
      assertThat(dashboard.at("/templating/list/0/type").asText()).isEqualTo("datasource");
      var places = new HashSet<List<Integer>>();
      var panels = new HashSet<Integer>();
      for (var panel : dashboard.path("panels")) {
        var name = title + ": " + panel.path("title").asText();
        assertThat(panels.add(panel.path("id").asInt())).as(name).isTrue();
        assertThat(occupied(panel.path("gridPos"))).as(name).allMatch(places::add);
        if (!panel.path("type").asText().equals("row")) {
          assertThat(panel.at("/datasource/uid").asText()).as(name).isEqualTo("${DS_PROMETHEUS}");
          assertThat(panel.path("description").asText()).as(name).isNotBlank();
          assertThat(panel.at("/fieldConfig/defaults/unit").asText()).as(name).isNotBlank();
          assertThat(panel.path("targets")).as(name).isNotEmpty();
        }
      }
    }
  }

  private static List<List<Integer>> occupied(JsonNode place) {
    var cells = new ArrayList<List<Integer>>();
    for (int x = place.path("x").asInt(); x < place.path("x").asInt() + w(place); x++) {
      for (int y = place.path("y").asInt(); y < place.path("y").asInt() + h(place); y++) {
        assertThat(x).isBetween(0, 23);
        cells.add(List.of(x, y));
      }
    }
    return cells;
  }

  private static int w(JsonNode place) {
    return place.path("w").asInt();
  }

  private static int h(JsonNode place) {
    return place.path("h").asInt();
  }

  /// What is wrong with the expressions, in words.
  private static List<String> unknown(List<String> expressions) {
    var wrong = new ArrayList<String>();
    for (var expression : expressions) {
      try {
        wrong.addAll(unknown(expression, PromQl.parse(expression)));
      } catch (IllegalArgumentException e) {
        wrong.add(e.getMessage());
      }
    }
    return wrong;
  }

  private static List<String> unknown(String expression, PromQl parsed) {
    var wrong = new ArrayList<String>();
    for (var selector : parsed.selectors()) {
      var metric = selector.metric();
      if (!metric.equals("up") && !shown.has(metric)) {
        wrong.add("no metric " + metric + " in " + expression);
        continue;
      }
      selector.matchers().forEach((label, value) -> check(metric, label, value, wrong));
    }
    for (var label : parsed.grouping()) {
      if (!ADDED.contains(label)
          && parsed.selectors().stream().noneMatch(s -> shown.has(s.metric(), label))) {
        wrong.add("no label " + label + " in " + expression);
      }
    }
    return wrong;
  }

  private static void check(String metric, String label, String value, List<String> wrong) {
    if (ADDED.contains(label)) {
      return;
    }
    if (!shown.has(metric, label)) {
      wrong.add("no label " + label + " of " + metric);
    } else if (value.startsWith("=\"") && !value.contains("$")) {
      var wanted = value.substring(2, value.length() - 1);
      if (!shown.mayHave(metric, label, wanted)) {
        wrong.add("never " + label + value + " of " + metric);
      }
    }
  }

  private static List<String> expressions(JsonNode dashboard) {
    var expressions = new ArrayList<String>();
    for (var panel : dashboard.path("panels")) {
      panel.path("targets").forEach(target -> expressions.add(target.path("expr").asText()));
    }
    for (var variable : dashboard.at("/templating/list")) {
      if (variable.path("type").asText().equals("query")) {
        expressions.add(variable.at("/query/query").asText());
      }
    }
    return expressions;
  }

  private static List<JsonNode> dashboards() throws IOException {
    try (var files = Files.list(FOLDER)) {
      var dashboards = new ArrayList<JsonNode>();
      for (var file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        dashboards.add(new ObjectMapper().readTree(file.toFile()));
      }
      return dashboards;
    }
  }

  private static List<JsonNode> rules() throws IOException {
    var file = new ObjectMapper(new YAMLFactory()).readTree(FOLDER.resolve("alerts.yml").toFile());
    return StreamSupport.stream(file.path("groups").spliterator(), false)
        .flatMap(group -> StreamSupport.stream(group.path("rules").spliterator(), false))
        .toList();
  }
}

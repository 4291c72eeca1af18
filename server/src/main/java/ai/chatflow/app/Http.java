package ai.chatflow.app;

import ai.chatflow.app.config.RateLimitConfig;
import ai.chatflow.platform.graphql.GraphEngine;
import ai.chatflow.platform.graphql.GraphServlet;
import ai.chatflow.platform.http.AnswerFilter;
import ai.chatflow.platform.http.ContractFilter;
import ai.chatflow.platform.http.FailureFilter;
import ai.chatflow.platform.http.MeasureFilter;
import ai.chatflow.platform.http.ProblemMapper;
import ai.chatflow.platform.http.ProblemWriter;
import ai.chatflow.platform.http.RateLimitFilter;
import ai.chatflow.platform.http.RateLimits;
import ai.chatflow.platform.http.RequestFilter;
import ai.chatflow.platform.idempotency.IdempotencyFilter;
import ai.chatflow.platform.idempotency.IdempotencyStore;
import ai.chatflow.platform.json.Json;
import io.dropwizard.core.setup.Environment;
import io.prometheus.metrics.exporter.servlet.jakarta.PrometheusMetricsServlet;
import io.prometheus.metrics.instrumentation.dropwizard.DropwizardExports;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.EnumSet;

/// Puts a node behind HTTP: filters, resources, hooks, and the operator's side on the admin port.
final class Http {
  private final Node node;
  private final RateLimitConfig limit;
  private final Readiness readiness;

  Http(Node node, RateLimitConfig limit, Readiness readiness) {
    this.node = node;
    this.limit = limit;
    this.readiness = readiness;
  }

  void register(Environment environment) {
    filters(environment);
    var jersey = environment.jersey();
    var contract = node.platform().contract();
    Json.configure(environment.getObjectMapper());
    jersey.register(new ContractFilter(contract));
    jersey.register(new AnswerFilter(contract));
    jersey.register(new ProblemMapper(node.platform().problems()));
    node.features().resources().forEach(jersey::register);
    servlets(environment);
    operations(environment);
  }

  private void servlets(Environment environment) {
    var platform = node.platform();
    var problems = platform.problems();
    var graph = new GraphEngine(node.features().graphs(), problems);
    var servlets = environment.servlets();
    node.features()
        .receivers()
        .forEach((path, receiver) -> servlets.addServlet(path, receiver).addMapping(path + "*"));
    servlets
        .addServlet("graphql", new GraphServlet(graph, new ProblemWriter(problems)))
        .addMapping("/graphql");
    servlets
        .addServlet("openapi", new DocumentServlet("application/json", platform.contract().bytes()))
        .addMapping("/openapi.json");
    servlets
        .addServlet("webhook-keys", node.features().webhookKeys())
        .addMapping("/.well-known/webhook-keys");
    servlets.addServlet("docs", new ReferenceServlet()).addMapping("/docs/*");
  }

  /// The first is the outermost.
  private void filters(Environment environment) {
    var platform = node.platform();
    var problems = new ProblemWriter(platform.problems());
    var limits = rateLimits();
    add(
        environment,
        "measure",
        new MeasureFilter(platform.telemetry(), platform.monotonic()),
        "/*");
    add(
        environment,
        "request",
        new RequestFilter(
            node.features().tenancy().authenticator(), platform.problems(), limits, platform.ids()),
        "/*");
    add(environment, "failure", new FailureFilter(problems), "/*");
    add(environment, "rate-limit", new RateLimitFilter(limits, problems), "/*");
    add(
        environment,
        "idempotency",
        new IdempotencyFilter(platform.db(), new IdempotencyStore(platform.secrets()), problems),
        "/v1/*");
  }

  private RateLimits rateLimits() {
    return new RateLimits(limit.requestsPerSecond(), limit.burst(), node.platform().monotonic());
  }

  private static void add(Environment environment, String name, Filter filter, String path) {
    environment
        .servlets()
        .addFilter(name, filter)
        .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, path);
  }

  private void operations(Environment environment) {
    var registry = node.platform().telemetry().registry();
    JvmMetrics.builder().register(registry);
    DropwizardExports.builder().dropwizardRegistry(environment.metrics()).register(registry);
    environment
        .admin()
        .addServlet("prometheus", new PrometheusMetricsServlet(registry))
        .addMapping("/metrics");
    environment.admin().addServlet("ready", new ReadinessServlet(readiness)).addMapping("/ready");
  }
}

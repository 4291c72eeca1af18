package ai.chatflow.app;

import ai.chatflow.platform.graphql.GraphEngine;
import ai.chatflow.platform.graphql.GraphServlet;
import ai.chatflow.platform.http.AnswerFilter;
import ai.chatflow.platform.http.ContractFilter;
import ai.chatflow.platform.http.IdempotencyFilter;
import ai.chatflow.platform.http.IdempotencyStore;
import ai.chatflow.platform.http.ProblemMapper;
import ai.chatflow.platform.http.ProblemWriter;
import ai.chatflow.platform.http.RequestFilter;
import ai.chatflow.platform.json.Json;
import io.dropwizard.core.setup.Environment;
import io.prometheus.metrics.exporter.servlet.jakarta.PrometheusMetricsServlet;
import io.prometheus.metrics.instrumentation.dropwizard.DropwizardExports;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.util.EnumSet;

/// Puts a node behind HTTP: filters, resources, hooks, and the operator's side on the admin port.
final class Http {
  private final Node node;

  Http(Node node) {
    this.node = node;
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
    environment
        .servlets()
        .addServlet("whatsapp-cloud-hook", node.features().whatsAppHook())
        .addMapping("/hooks/whatsapp-cloud/*");
    environment
        .servlets()
        .addServlet("openapi", new DocumentServlet("application/json", contract.bytes()))
        .addMapping("/openapi.json");
    var problems = node.platform().problems();
    environment
        .servlets()
        .addServlet(
            "graphql",
            new GraphServlet(
                new GraphEngine(node.features().graphs(), problems), new ProblemWriter(problems)))
        .addMapping("/graphql");
    environment.servlets().addServlet("docs", new ReferenceServlet()).addMapping("/docs/*");
    metrics(environment);
  }

  private void filters(Environment environment) {
    var platform = node.platform();
    add(
        environment,
        "request",
        new RequestFilter(
            node.features().tenancy().authenticator(), platform.problems(), platform.ids()),
        "/*");
    add(
        environment,
        "idempotency",
        new IdempotencyFilter(
            platform.db(),
            new IdempotencyStore(platform.secrets()),
            new ProblemWriter(platform.problems())),
        "/v1/*");
  }

  private static void add(Environment environment, String name, Filter filter, String path) {
    environment
        .servlets()
        .addFilter(name, filter)
        .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, path);
  }

  private static void metrics(Environment environment) {
    var registry = new PrometheusRegistry();
    JvmMetrics.builder().register(registry);
    DropwizardExports.builder().dropwizardRegistry(environment.metrics()).register(registry);
    environment
        .admin()
        .addServlet("prometheus", new PrometheusMetricsServlet(registry))
        .addMapping("/metrics");
  }
}

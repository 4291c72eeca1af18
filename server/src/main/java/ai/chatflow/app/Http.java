package ai.chatflow.app;

import ai.chatflow.app.config.RateLimitConfig;
import ai.chatflow.media.MediaModule;
import ai.chatflow.messaging.MessageResource;
import ai.chatflow.platform.graphql.GraphEngine;
import ai.chatflow.platform.graphql.GraphServlet;
import ai.chatflow.platform.graphql.socket.GraphSockets;
import ai.chatflow.platform.http.AnswerFilter;
import ai.chatflow.platform.http.ContractFilter;
import ai.chatflow.platform.http.FailureFilter;
import ai.chatflow.platform.http.MeasureFilter;
import ai.chatflow.platform.http.ProblemMapper;
import ai.chatflow.platform.http.ProblemWriter;
import ai.chatflow.platform.http.RateLimitFilter;
import ai.chatflow.platform.http.RateLimits;
import ai.chatflow.platform.http.RequestFilter;
import ai.chatflow.platform.http.TurnFilter;
import ai.chatflow.platform.http.UnreadableRequests;
import ai.chatflow.platform.idempotency.IdempotencyFilter;
import ai.chatflow.platform.idempotency.IdempotencyStore;
import ai.chatflow.platform.idempotency.UnkeyedOperations;
import ai.chatflow.platform.json.Json;
import io.dropwizard.core.setup.Environment;
import io.prometheus.metrics.exporter.servlet.jakarta.PrometheusMetricsServlet;
import io.prometheus.metrics.instrumentation.dropwizard.DropwizardExports;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import org.eclipse.jetty.ee10.websocket.server.config.JettyWebSocketServletContainerInitializer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.glassfish.jersey.server.ServerProperties;

/// Puts a node behind HTTP: filters, resources, hooks, and the operator's side on the admin port.
final class Http {
  /// That run or wait, answers without end among them.
  private static final int MOST_REQUESTS = 10_000;

  private final Node node;
  private final RateLimits limits;
  private final Readiness readiness;

  Http(Node node, RateLimitConfig limit, Readiness readiness) {
    this.node = node;
    this.limits =
        new RateLimits(limit.requestsPerSecond(), limit.burst(), node.platform().monotonic());
    this.readiness = readiness;
  }

  void register(Environment environment) {
    filters(environment);
    var jersey = environment.jersey();
    var contract = node.platform().contract();
    Json.configure(environment.getObjectMapper());
    // a path stays one: behind a proxy, nobody here knows the host that the client sees
    jersey.property(ServerProperties.LOCATION_HEADER_RELATIVE_URI_RESOLUTION_DISABLED, true);
    jersey.register(new ContractFilter(contract));
    jersey.register(new AnswerFilter(contract));
    jersey.register(new ProblemMapper(node.platform().problems()));
    node.features().resources().forEach(jersey::register);
    servlets(environment);
    operations(environment);
    unreadable(environment);
    whenStarting(environment, Http::makeRoom);
    whenStopping(environment, node.features().hub()::close);
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
    sockets(environment, graph);
    servlets
        .addServlet("openapi", new DocumentServlet("application/json", platform.contract().bytes()))
        .addMapping("/openapi.json");
    servlets
        .addServlet("webhook-keys", node.features().webhookKeys())
        .addMapping("/.well-known/webhook-keys");
    servlets
        .addServlet("media", node.features().mediaContents())
        .addMapping(MediaModule.PATH + "*");
    servlets.addServlet("docs", new ReferenceServlet()).addMapping("/docs/*");
  }

  /// They are upgraded before any filter, and see to keys and limits themselves.
  private void sockets(Environment environment, GraphEngine graph) {
    var platform = node.platform();
    var sockets =
        new GraphSockets(
            new GraphSockets.Shared(
                graph,
                node.features().tenancy().authenticator(),
                limits,
                platform.ids(),
                platform.monotonic()));
    JettyWebSocketServletContainerInitializer.configure(
        environment.getApplicationContext(), (_, container) -> sockets.register(container));
    whenStopping(environment, sockets::close);
  }

  /// What Jetty refuses before any filter sees it, on the admin port too.
  private void unreadable(Environment environment) {
    var platform = node.platform();
    var refusals = new UnreadableRequests(platform.problems(), platform.ids());
    whenStarting(environment, server -> server.setErrorHandler(refusals));
  }

  /// Dropwizard lets no more virtual threads run than platform threads. Whoever follows events
  /// keeps one, and so does a request that waits for its turn.
  private static void makeRoom(Server server) {
    if (server.getThreadPool() instanceof QueuedThreadPool pool
        && pool.getVirtualThreadsExecutor() instanceof VirtualThreadPool virtual) {
      virtual.setMaxThreads(MOST_REQUESTS);
    }
  }

  /// Webhooks and sends of one message share commits (`GroupCommit`).
  private static TurnFilter.Kind kind(HttpServletRequest request) {
    var path = request.getRequestURI();
    boolean posts = request.getMethod().equals("POST");
    // files take as long as the other side does, and next to nothing here
    boolean file = path.startsWith(MediaModule.PATH) || posts && path.equals("/v1/media");
    if (file || path.equals("/v1/events/stream")) {
      return TurnFilter.Kind.ENDLESS;
    }
    return posts && (path.startsWith("/hooks/") || path.equals("/v1/messages"))
        ? TurnFilter.Kind.SHARING
        : TurnFilter.Kind.ENDING;
  }

  private static void whenStarting(Environment environment, Consumer<Server> work) {
    environment
        .lifecycle()
        .addEventListener(
            new LifeCycle.Listener() {
              @Override
              public void lifeCycleStarting(LifeCycle server) {
                work.accept((Server) server);
              }
            });
  }

  /// What would never end by itself is ended before the server waits for its requests.
  private static void whenStopping(Environment environment, Runnable end) {
    environment
        .lifecycle()
        .addEventListener(
            new LifeCycle.Listener() {
              @Override
              public void lifeCycleStopping(LifeCycle server) {
                end.run();
              }
            });
  }

  /// The first is the outermost.
  private void filters(Environment environment) {
    var platform = node.platform();
    var problems = new ProblemWriter(platform.problems());
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
    add(environment, "turn", new TurnFilter(problems, Http::kind, TurnFilter.Room.USUAL), "/*");
    add(
        environment,
        "idempotency",
        new IdempotencyFilter(
            platform.db(),
            new IdempotencyStore(platform.secrets()),
            problems,
            Set.of(MessageResource.SEND),
            UnkeyedOperations.of(platform.contract())),
        "/v1/*");
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

package ai.chatflow.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.context.Principal;
import ai.chatflow.platform.errors.Unauthorized;
import ai.chatflow.platform.ids.ApiKeyId;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.telemetry.Telemetry;
import ai.chatflow.testing.ManualClock;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FiltersTest {
  private static final String WRONG = "Bearer wrong";

  private final ManualClock clock = ManualClock.atNow();
  private final Telemetry telemetry = new Telemetry();
  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server);
  private final ServletContextHandler context = new ServletContextHandler();
  private final HttpClient http = HttpClient.newHttpClient();
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @BeforeEach
  void start() throws Exception {
    var problems = new Problems(Contract.load());
    var writer = new ProblemWriter(problems);
    var principal =
        new Principal(
            new ApiKeyId(new UUID(0, 1)), new WorkspaceId(new UUID(0, 2)), true, Set.of("*"));
    var limits = new RateLimits(1, 2, clock);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    filter(new MeasureFilter(telemetry, clock));
    filter(
        new RequestFilter(
            credentials -> {
              if (WRONG.equals(credentials)) {
                throw new Unauthorized(ProblemCode.INVALID_CREDENTIALS, "There is no such key.");
              }
              return principal;
            },
            problems,
            limits,
            new IdGenerator(clock, new SplittableRandom(1))));
    filter(new FailureFilter(writer));
    filter(new RateLimitFilter(limits, writer));
    context.addServlet(new ServletHolder(new Failing()), "/v1/failing");
    context.addServlet(new ServletHolder(new Answering()), "/v1/answering");
    server.setHandler(context);
    server.start();
    logged.start();
    logger().addAppender(logged);
  }

  @AfterEach
  void stop() throws Exception {
    logger().detachAppender(logged);
    server.stop();
    http.shutdownNow();
  }

  @Test
  void aKeyThatAsksTooOftenIsToldWhenToComeBack() throws Exception {
    var first = get("/v1/answering");
    get("/v1/answering");
    var refused = get("/v1/answering");

    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.headers().firstValue("RateLimit-Policy")).hasValue("\"key\";q=2;w=2");
    assertThat(first.headers().firstValue("RateLimit")).hasValue("\"key\";r=1;t=1");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("\"code\":\"rate_limited\"");
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(refused.headers().firstValue("RateLimit")).hasValue("\"key\";r=0;t=2");
  }

  @Test
  void whoeverGuessesKeysIsCountedByAddressAndHoldsUpNobodyWithAKey() throws Exception {
    var first = get("/v1/answering", WRONG);
    get("/v1/answering", WRONG);
    var refused = get("/v1/answering", WRONG);
    var withAKey = get("/v1/answering");

    assertThat(first.statusCode()).isEqualTo(401);
    assertThat(first.headers().firstValue("RateLimit-Policy")).hasValue("\"address\";q=2;w=2");
    assertThat(first.headers().firstValue("RateLimit")).hasValue("\"address\";r=1;t=1");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("\"code\":\"rate_limited\"");
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(withAKey.statusCode()).isEqualTo(200);
  }

  @Test
  void whatNobodyCaughtIsAProblemAndLoggedOnce() throws Exception {
    var answer = get("/v1/failing");

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).contains("\"code\":\"internal_error\"");
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(logged.list)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getThrowableProxy().getMessage()).isEqualTo("a bug");
              assertThat(event.getMDCPropertyMap())
                  .containsEntry(
                      "request", answer.headers().firstValue("Request-Id").orElseThrow());
            });
  }

  @Test
  void everyAnswerIsMeasured() throws Exception {
    get("/v1/answering");
    get("/v1/failing");

    assertThat(telemetry.registry().scrape().stream())
        .filteredOn(
            metric -> metric.getMetadata().getName().equals("chatflow_http_request_seconds"))
        .flatExtracting(metric -> metric.getDataPoints())
        .extracting(point -> point.getLabels().get("status"))
        .containsExactlyInAnyOrder("200", "500");
  }

  private void filter(Filter filter) {
    context.addFilter(new FilterHolder(filter), "/*", EnumSet.of(DispatcherType.REQUEST));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return get(path, "Bearer right");
  }

  private HttpResponse<String> get(String path, String credentials) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + connector.getLocalPort() + path))
            .header("Authorization", credentials)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(FailureFilter.class);
  }

  private static final class Failing extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
      throw new IllegalStateException("a bug");
    }
  }

  private static final class Answering extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
      response.setStatus(200);
    }
  }
}

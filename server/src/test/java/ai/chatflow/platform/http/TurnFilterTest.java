package ai.chatflow.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.http.TurnFilter.Kind;
import ai.chatflow.platform.http.TurnFilter.Room;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One request at a time, with a wait of 200 ms.
class TurnFilterTest {
  private static final int PATIENCE_SECONDS = 20;

  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server);
  private final HttpClient http = HttpClient.newHttpClient();
  private final Semaphore begun = new Semaphore(0);
  private final CountDownLatch end = new CountDownLatch(1);

  @BeforeEach
  void start() throws Exception {
    var writer = new ProblemWriter(new Problems(Contract.load()));
    var context = new ServletContextHandler();
    filter(
        context,
        (in, out, chain) -> {
          var path = ((HttpServletRequest) in).getRequestURI();
          try {
            new RequestContext("r", path, null)
                .<Integer, Exception>call(
                    () -> {
                      chain.doFilter(in, out);
                      return 0;
                    });
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
    filter(
        context,
        new TurnFilter(writer, TurnFilterTest::kind, new Room(1, 1, Duration.ofMillis(200))));
    context.addServlet(new ServletHolder(new Lasting()), "/lasting");
    context.addServlet(new ServletHolder(new Lasting()), "/endless");
    context.addServlet(new ServletHolder(new Quick()), "/quick");
    context.addServlet(new ServletHolder(new Quick()), "/sharing");
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(context);
    server.start();
  }

  private static Kind kind(HttpServletRequest request) {
    return switch (request.getRequestURI()) {
      case "/endless" -> Kind.ENDLESS;
      case "/sharing" -> Kind.SHARING;
      default -> Kind.ENDING;
    };
  }

  private static void filter(ServletContextHandler context, Filter filter) {
    context.addFilter(new FilterHolder(filter), "/*", EnumSet.of(DispatcherType.REQUEST));
  }

  @AfterEach
  void stop() throws Exception {
    end.countDown();
    server.stop();
    http.shutdownNow();
  }

  @Test
  void whoWaitsTooLongForATurnIsToldToComeAgainAndThenComes() throws Exception {
    var lasting = get("/lasting");
    assertThat(begun.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

    var refused = get("/quick").join();
    end.countDown();

    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.body()).contains("\"code\":\"service_unavailable\"");
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(lasting.join().statusCode()).isEqualTo(200);
    assertThat(get("/quick").join().statusCode()).isEqualTo(200);
  }

  @Test
  void answersWithoutEndTakeNoTurn() throws Exception {
    var endless = get("/endless");
    assertThat(begun.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

    assertThat(get("/quick").join().statusCode()).isEqualTo(200);
    assertThat(endless).isNotDone();
  }

  @Test
  void whatSharesACommitHasTurnsOfItsOwnUnlessItIsLarge() throws Exception {
    var lasting = get("/lasting");
    assertThat(begun.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();

    assertThat(post("/sharing", 64 * 1024).join().statusCode()).isEqualTo(200);
    assertThat(post("/sharing", 64 * 1024 + 1).join().statusCode()).isEqualTo(503);
    assertThat(lasting).isNotDone();
  }

  private CompletableFuture<HttpResponse<String>> get(String path) {
    return http.sendAsync(request(path).build(), BodyHandlers.ofString());
  }

  private CompletableFuture<HttpResponse<String>> post(String path, int length) {
    var body = BodyPublishers.ofByteArray(new byte[length]);
    return http.sendAsync(request(path).POST(body).build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + connector.getLocalPort() + path));
  }

  private static final class Quick extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {}

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      request.getInputStream().readAllBytes();
    }
  }

  private final class Lasting extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
      begun.release();
      try {
        end.await();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

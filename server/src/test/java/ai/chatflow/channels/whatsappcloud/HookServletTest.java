package ai.chatflow.channels.whatsappcloud;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.ChannelAdapter.Inbound;
import ai.chatflow.channels.ChannelService;
import ai.chatflow.channels.ChannelUpdates;
import ai.chatflow.channels.ChannelsFixture;
import ai.chatflow.channels.FakeInboundSink;
import ai.chatflow.channels.Hooks;
import ai.chatflow.channels.InboundUpdate.MessageIn;
import ai.chatflow.channels.InboundUpdate.NoticeIn;
import ai.chatflow.platform.errors.Unauthorized;
import ai.chatflow.platform.http.Contract;
import ai.chatflow.platform.http.ProblemWriter;
import ai.chatflow.platform.http.Problems;
import ai.chatflow.platform.http.RateLimits;
import ai.chatflow.platform.http.RequestFilter;
import ai.chatflow.testing.whatsapp.MetaSignature;
import jakarta.servlet.DispatcherType;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HookServletTest {
  private static final Path OWN = Path.of("src/test/resources/testdata/whatsapp/own");
  private static final String NUMBER = "700100200300400";
  private static final String SECRET = "the-app-secret";

  private final ChannelsFixture fixture = new ChannelsFixture();
  private final FakeInboundSink sink = new FakeInboundSink();
  private final Server server = new Server();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Channel channel = fixture.whatsApp(NUMBER);
  private String hook = "";

  @BeforeEach
  void start() throws Exception {
    var problems = new Problems(Contract.load());
    var connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    var context = new ServletContextHandler();
    var filter =
        new RequestFilter(
            _ -> {
              throw new Unauthorized(ProblemCode.MISSING_CREDENTIALS, "not for hooks");
            },
            problems,
            new RateLimits(1, 1, fixture.clock),
            fixture.ids);
    context.addFilter(new FilterHolder(filter), "/*", EnumSet.of(DispatcherType.REQUEST));
    context.addServlet(
        new ServletHolder(
            new HookServlet(
                new Inbound(
                    fixture.module.hooks(), sink, new ProblemWriter(problems), fixture.clock))),
        Hooks.path(channel.type()) + "*");
    server.setHandler(context);
    server.start();
    hook =
        "http://127.0.0.1:" + connector.getLocalPort() + "/hooks/whatsapp-cloud/" + channel.hook();
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
    http.shutdownNow();
    fixture.close();
  }

  @Test
  void metasChallengeIsAnsweredAsPlainText() throws Exception {
    var answer = get("?hub.mode=subscribe&hub.challenge=115820&hub.verify_token=the-verify-token");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("115820");
    assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
  }

  @Test
  void aWrongVerifyTokenIsForbidden() throws Exception {
    for (String query :
        new String[] {
          "?hub.mode=subscribe&hub.challenge=1&hub.verify_token=wrong",
          "?hub.mode=subscribe&hub.challenge=1",
          "?hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=the-verify-token",
          "?hub.mode=subscribe&hub.verify_token=the-verify-token",
          ""
        }) {
      var answer = get(query);

      assertThat(answer.statusCode()).as(query).isEqualTo(403);
      assertThat(answer.body()).contains("\"permission_denied\"");
    }
  }

  @Test
  void aSignedWebhookIsStoredBeforeItIsAnswered() throws Exception {
    var answer = post(own("text"), SECRET);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(sink.accepted()).hasSize(1);
    ChannelUpdates updates = sink.accepted().getFirst();
    assertThat(updates.workspace()).isEqualTo(fixture.workspace);
    assertThat(updates.channel()).isEqualTo(channel.id());
    assertThat(updates.provider()).isEqualTo("whatsapp_cloud");
    assertThat(updates.updates()).hasOnlyElementsOfType(MessageIn.class).hasSize(1);
    assertThat(journal()).isEmpty();
  }

  @Test
  void aWrongSignatureIsRefusedAndNothingIsStored() throws Exception {
    var wrong = post(own("text"), "another-secret");
    var none = send(HttpRequest.newBuilder(URI.create(hook)).POST(bytes(own("text"))).build());
    var odd =
        send(
            HttpRequest.newBuilder(URI.create(hook))
                .header("X-Hub-Signature-256", "sha256=xyz")
                .POST(bytes(own("text")))
                .build());

    for (var answer : new HttpResponse<?>[] {wrong, none, odd}) {
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(String.valueOf(answer.body())).contains("\"invalid_signature\"");
    }
    assertThat(sink.accepted()).isEmpty();
    assertThat(journal()).isEmpty();
  }

  @Test
  void aNewAppSecretCountsAtOnce() throws Exception {
    assertThat(post(own("text"), SECRET).statusCode()).isEqualTo(200);
    var settings = ChannelsFixture.settings(NUMBER).appSecret("rotated").build();
    fixture
        .channels()
        .update(
            fixture.workspace,
            channel.id(),
            null,
            new ChannelService.Patch(null, settings, null, null));

    assertThat(post(own("text"), "rotated").statusCode()).isEqualTo(200);
    assertThat(post(own("text"), SECRET).statusCode()).isEqualTo(401);
  }

  @Test
  void anUnknownHookIsNotFound() throws Exception {
    for (String path : new String[] {"hok_01kavk5e4sf2xr2bq6d8n1c7pm", "nonsense", ""}) {
      var uri = URI.create(hook.substring(0, hook.lastIndexOf('/') + 1) + path);

      assertThat(send(HttpRequest.newBuilder(uri).GET().build()).statusCode()).isEqualTo(404);
      assertThat(
              send(HttpRequest.newBuilder(uri)
                      .POST(bytes("{}".getBytes(StandardCharsets.UTF_8)))
                      .build())
                  .statusCode())
          .isEqualTo(404);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"entry\": [", "{\"entry\": 1e9999999999}"})
  void signedNonsenseIsMalformed(String body) throws Exception {
    var answer = post(body.getBytes(StandardCharsets.UTF_8), SECRET);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("\"malformed_json\"");
  }

  @Test
  void aBodyOfMoreThanThreeMebibytesIsTooLarge() throws Exception {
    var answer = post(new byte[3 * 1024 * 1024 + 1], SECRET);

    assertThat(answer.statusCode()).isEqualTo(413);
  }

  @Test
  void anUnknownNumberIsAnsweredAndKeptInTheJournal() throws Exception {
    var answer = post(own("two-numbers-in-one-post"), SECRET);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(sink.accepted()).hasSize(1);
    assertThat(sink.updates()).hasSize(2);
    assertThat(journal()).isEqualTo("unknown_number");
  }

  @Test
  void aNumberThatWasJustConnectedIsKnown() throws Exception {
    post(own("text"), SECRET);
    fixture.whatsApp("700999");

    assertThat(post(own("two-numbers-in-one-post"), SECRET).statusCode()).isEqualTo(200);

    assertThat(sink.updates()).hasSize(4);
    assertThat(journal()).isEmpty();
  }

  @Test
  void whatCouldNotBeReadIsKeptInTheJournal() throws Exception {
    var answer = post(own("bad-items-between-good-ones"), SECRET);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(journal()).isEqualTo("partial");
    assertThat(sink.updates()).hasSizeGreaterThan(20);
  }

  @Test
  void noticesAboutAnAccountGoToItsFirstChannel() throws Exception {
    fixture.whatsApp("700100200300401");

    post(own("account-and-templates"), SECRET);

    assertThat(sink.accepted()).hasSize(1);
    assertThat(sink.accepted().getFirst().channel()).isEqualTo(channel.id());
    assertThat(sink.updates()).hasOnlyElementsOfType(NoticeIn.class);
  }

  @Test
  void aStoreThatIsFullMakesMetaComeAgain() throws Exception {
    sink.refuse(true);

    var answer = post(own("text"), SECRET);

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).contains("7");
    sink.refuse(false);
    assertThat(post(own("text"), SECRET).statusCode()).isEqualTo(200);
  }

  private byte[] own(String name) throws IOException {
    return Files.readAllBytes(OWN.resolve(name + ".webhook.json"));
  }

  private HttpResponse<String> get(String query) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(hook + query)).GET().build());
  }

  private HttpResponse<String> post(byte[] body, String secret) throws Exception {
    return send(
        HttpRequest.newBuilder(URI.create(hook))
            .header("X-Hub-Signature-256", MetaSignature.of(secret, body))
            .POST(bytes(body))
            .build());
  }

  private static HttpRequest.BodyPublisher bytes(byte[] body) {
    return HttpRequest.BodyPublishers.ofByteArray(body);
  }

  private HttpResponse<String> send(HttpRequest request) throws Exception {
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /// The reasons in the journal.
  private String journal() throws Exception {
    try (var connection = fixture.database.admin().getConnection();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select coalesce(string_agg(reason, ','), '') from webhook_journal")) {
      rows.next();
      return rows.getString(1);
    }
  }
}

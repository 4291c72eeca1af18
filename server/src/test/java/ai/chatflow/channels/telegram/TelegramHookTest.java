package ai.chatflow.channels.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.api.model.TelegramConfigInput;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.ChannelAdapter.Inbound;
import ai.chatflow.channels.ChannelService;
import ai.chatflow.channels.ChannelsFixture;
import ai.chatflow.channels.FakeInboundSink;
import ai.chatflow.channels.FakePlug;
import ai.chatflow.channels.Hooks;
import ai.chatflow.channels.InboundUpdate.MessageIn;
import ai.chatflow.platform.errors.Unauthorized;
import ai.chatflow.platform.http.Contract;
import ai.chatflow.platform.http.ProblemWriter;
import ai.chatflow.platform.http.Problems;
import ai.chatflow.platform.http.RateLimits;
import ai.chatflow.platform.http.RequestFilter;
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
import java.util.List;
import java.util.Objects;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TelegramHookTest {
  private static final Path OWN = Path.of("src/test/resources/testdata/telegram/own");
  private static final String TOKEN = "123456789:AAtestTESTtestTESTtestTESTtestTEST1";
  private static final String OTHER = "987654321:AAtestTESTtestTESTtestTESTtestTEST1";

  private final TelegramAdapter adapter =
      TelegramAdapterTest.adapter(URI.create("http://127.0.0.1:9"));
  private final ChannelsFixture fixture =
      new ChannelsFixture(List.of(FakePlug.whatsApp(), adapter));
  private final FakeInboundSink sink = new FakeInboundSink();
  private final Server server = new Server();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Channel channel = bot(TOKEN);
  private String hooks = "";

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
    var inbound =
        new Inbound(fixture.module.hooks(), sink, new ProblemWriter(problems), fixture.clock);
    context.addServlet(
        new ServletHolder(Objects.requireNonNull(adapter.receiver(inbound))),
        Hooks.path(channel.type()) + "*");
    server.setHandler(context);
    server.start();
    hooks = "http://127.0.0.1:" + connector.getLocalPort() + "/hooks/telegram/";
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
    http.shutdownNow();
    adapter.close();
    fixture.close();
  }

  @Test
  void anUpdateWithTheSecretIsStoredBeforeItIsAnswered() throws Exception {
    var answer = post(channel, own("text"), secret(channel));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    var updates = sink.accepted().getFirst();
    assertThat(updates.workspace()).isEqualTo(fixture.workspace);
    assertThat(updates.channel()).isEqualTo(channel.id());
    assertThat(updates.provider()).isEqualTo("telegram");
    assertThat(updates.updates()).hasOnlyElementsOfType(MessageIn.class).hasSize(1);
    assertThat(journal()).isEmpty();
  }

  @Test
  void anotherSecretIsRefusedAndNothingIsStored() throws Exception {
    Channel other = bot(OTHER);

    for (var secret :
        new String[] {null, "", "wrong", secret(other), secret(channel) + "x", TOKEN}) {
      var answer = post(channel, own("text"), secret);

      assertThat(answer.statusCode()).as(secret).isEqualTo(401);
      assertThat(answer.body()).contains("\"invalid_signature\"").doesNotContain(secret(channel));
    }
    assertThat(sink.accepted()).isEmpty();
    assertThat(journal()).isEmpty();
  }

  @Test
  void eachBotHasAHookAndASecretOfItsOwn() throws Exception {
    Channel other = bot(OTHER);
    assertThat(other.hook()).isNotEqualTo(channel.hook());
    assertThat(secret(other)).isNotEqualTo(secret(channel)).matches("[A-Za-z0-9_-]{43}");

    assertThat(post(other, own("text"), secret(other)).statusCode()).isEqualTo(200);

    assertThat(sink.accepted().getFirst().channel()).isEqualTo(other.id());
  }

  @Test
  void theSecretStaysWhenTheTokenIsReplaced() throws Exception {
    String before = secret(channel);
    var renewed = TOKEN.substring(0, TOKEN.length() - 1) + "2";
    var patch = new ChannelService.Patch(null, new TelegramConfigInput(null, renewed), null, null);
    fixture.channels().update(fixture.workspace, channel.id(), null, patch);

    assertThat(post(channel, own("text"), before).statusCode()).isEqualTo(200);
  }

  @Test
  void aPressedButtonIsReleasedByTheAnswer() throws Exception {
    var answer = post(channel, own("pressed"), secret(channel));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            "{\"method\":\"answerCallbackQuery\",\"callback_query_id\":\"4382bfdwdsb323b2d9\"}");
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/json");
  }

  @Test
  void anUnknownHookIsNotFound() throws Exception {
    var whatsApp = fixture.whatsApp("700100200300400");
    for (String path :
        new String[] {"hok_01kavk5e4sf2xr2bq6d8n1c7pm", "nonsense", "", "" + whatsApp.hook()}) {
      assertThat(post(hooks + path, own("text"), "the-app-secret").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void nonsenseIsMalformedAndTooMuchIsTooLarge() throws Exception {
    var nonsense = post(channel, "{\"message\": [".getBytes(StandardCharsets.UTF_8), secret());
    var large = post(channel, new byte[3 * 1024 * 1024 + 1], secret());

    assertThat(nonsense.statusCode()).isEqualTo(400);
    assertThat(nonsense.body()).contains("\"malformed_json\"");
    assertThat(large.statusCode()).isEqualTo(413);
  }

  @Test
  void whatCouldNotBeReadIsKeptInTheJournal() throws Exception {
    assertThat(post(channel, own("no-sender"), secret()).statusCode()).isEqualTo(200);

    assertThat(journal()).isEqualTo("partial");
    assertThat(sink.updates()).hasSize(1);
  }

  @Test
  void aStoreThatIsFullMakesTelegramComeAgain() throws Exception {
    sink.refuse(true);

    var answer = post(channel, own("pressed"), secret());

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).doesNotContain("answerCallbackQuery");
    sink.refuse(false);
    assertThat(post(channel, own("pressed"), secret()).statusCode()).isEqualTo(200);
  }

  private Channel bot(String token) {
    return fixture
        .channels()
        .create(
            fixture.workspace,
            "Bot " + token.charAt(0),
            new TelegramConfigInput(null, token),
            null,
            null);
  }

  private String secret() {
    return secret(channel);
  }

  private String secret(Channel of) {
    return fixture
        .module
        .hooks()
        .fresh(Objects.requireNonNull(of.hook()))
        .orElseThrow()
        .appSecret()
        .reveal();
  }

  private byte[] own(String name) throws IOException {
    return Files.readAllBytes(OWN.resolve(name + ".webhook.json"));
  }

  private HttpResponse<String> post(Channel to, byte[] body, @Nullable String secret)
      throws Exception {
    return post(hooks + to.hook(), body, secret);
  }

  private HttpResponse<String> post(String url, byte[] body, @Nullable String secret)
      throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(url)).POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (secret != null) {
      request.header("X-Telegram-Bot-Api-Secret-Token", secret);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
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

package ai.chatflow.channels.twiliosms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.api.model.TwilioSmsConfigInput;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.ChannelAdapter.Inbound;
import ai.chatflow.channels.ChannelService;
import ai.chatflow.channels.ChannelsFixture;
import ai.chatflow.channels.FakeInboundSink;
import ai.chatflow.channels.FakePlug;
import ai.chatflow.channels.Hooks;
import ai.chatflow.channels.InboundUpdate.MessageIn;
import ai.chatflow.channels.InboundUpdate.StatusIn;
import ai.chatflow.channels.wire.Form;
import ai.chatflow.channels.wire.MalformedWebhook;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.errors.Unauthorized;
import ai.chatflow.platform.http.Contract;
import ai.chatflow.platform.http.ProblemWriter;
import ai.chatflow.platform.http.Problems;
import ai.chatflow.platform.http.RateLimits;
import ai.chatflow.platform.http.RequestFilter;
import ai.chatflow.testing.twilio.TwilioForms;
import ai.chatflow.testing.twilio.TwilioSigner;
import jakarta.servlet.DispatcherType;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
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

class TwilioHookTest {
  private static final String ACCOUNT = TwilioSmsAdapterTest.ACCOUNT;
  private static final String TOKEN = TwilioSmsAdapterTest.TOKEN;
  private static final String FROM = TwilioSmsAdapterTest.FROM;
  private static final String RENEWED = "fedcba9876543210fedcba9876543210";
  private static final Map<String, String> TEXT =
      TwilioForms.message(ACCOUNT, "SM" + "a".repeat(32), "+16505551234", FROM, "Is it blue?");

  private final TwilioSmsAdapter adapter =
      TwilioSmsAdapterTest.adapter(URI.create("http://127.0.0.1:9"));
  private final ChannelsFixture fixture =
      new ChannelsFixture(List.of(FakePlug.whatsApp(), adapter));
  private final FakeInboundSink sink = new FakeInboundSink();
  private final Server server = new Server();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Channel channel = sender(FROM, TOKEN);
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
        new ServletHolder(adapter.receiver(inbound)), Hooks.path(channel.type()) + "*");
    server.setHandler(context);
    server.start();
    hooks = "http://127.0.0.1:" + connector.getLocalPort() + "/hooks/twilio-sms/";
  }

  @AfterEach
  void stop() throws Exception {
    server.stop();
    http.shutdownNow();
    adapter.close();
    fixture.close();
  }

  @Test
  void aSignedMessageIsStoredBeforeItIsAnswered() throws Exception {
    var answer = post(channel, "", TwilioForms.encoded(TEXT), signed(channel, "", TEXT, TOKEN));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("<Response/>");
    assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/xml");
    var updates = sink.accepted().getFirst();
    assertThat(updates.workspace()).isEqualTo(fixture.workspace);
    assertThat(updates.channel()).isEqualTo(channel.id());
    assertThat(updates.provider()).isEqualTo("twilio_sms");
    assertThat(updates.updates()).hasOnlyElementsOfType(MessageIn.class).hasSize(1);
    assertThat(journal()).isEmpty();
  }

  @Test
  void theAddressOfAStatusNamesOurMessage() throws Exception {
    String query = "?message=msg_01kavk5e4sf2xr2bq6d8n1c7pm";
    var form = Map.of("MessageSid", "SM" + "b".repeat(32), "MessageStatus", "queued");

    assertThat(status(query, form, signed(channel, query, form, TOKEN))).isEqualTo(200);
    assertThat(status(query, form, signed(channel, "", form, TOKEN))).isEqualTo(401);
    assertThat(status("", form, signed(channel, query, form, TOKEN))).isEqualTo(401);
    String other = query.replace("7pm", "7pn");
    assertThat(status(other, form, signed(channel, query, form, TOKEN))).isEqualTo(401);
    String nonsense = "?message=nonsense";
    assertThat(status(nonsense, form, signed(channel, nonsense, form, TOKEN))).isEqualTo(200);

    assertThat(sink.updates())
        .extracting(update -> String.valueOf(((StatusIn) update).ourId()))
        .containsExactly("msg_01kavk5e4sf2xr2bq6d8n1c7pm", "null");
  }

  @Test
  void anotherSignatureIsRefusedAndNothingIsStored() throws Exception {
    Channel sibling = sender("+15550783882", TOKEN);
    for (var signature :
        new String[] {
          null,
          "",
          "wrong",
          signed(sibling, "", TEXT, TOKEN),
          signed(channel, "", TEXT, RENEWED),
          TwilioSigner.sign(TOKEN, url(channel, "")),
          signed(channel, "", TEXT, TOKEN) + "="
        }) {
      var answer = post(channel, "", TwilioForms.encoded(TEXT), signature);

      assertThat(answer.statusCode()).as(signature).isEqualTo(401);
      assertThat(answer.body()).contains("\"invalid_signature\"").doesNotContain(TOKEN);
    }
    assertThat(sink.accepted()).isEmpty();
    assertThat(journal()).isEmpty();
  }

  @Test
  void aBodyThatWasAlteredByOneByteIsRefused() throws Exception {
    byte[] body = TwilioForms.encoded(TEXT).getBytes(StandardCharsets.UTF_8);
    String signature = signed(channel, "", TEXT, TOKEN);
    int refused = 0;
    for (int i = 0; i < body.length; i++) {
      byte[] altered = body.clone();
      altered[i] = (byte) (altered[i] == 'Z' ? 'Y' : 'Z');
      var answer = post(channel, "", altered, signature);

      assertThat(answer.statusCode())
          .as(new String(altered, StandardCharsets.UTF_8))
          .isIn(400, 401);
      assertThat(answer.statusCode() == 400).isEqualTo(malformed(altered));
      refused++;
    }
    assertThat(refused).isEqualTo(body.length);
    assertThat(sink.accepted()).isEmpty();
  }

  @Test
  void aBodyThatIsNoFormIsSignedByItsHash() throws Exception {
    String body = "{\"MessageSid\":\"SM0123456789\",\"From\":\"+16505551234\",\"Body\":\"Hi\"}";
    String url = TwilioSigner.withHash(url(channel, ""), body.getBytes(StandardCharsets.UTF_8));
    String query = url.substring(url.indexOf('?'));
    String signature = TwilioSigner.sign(TOKEN, url);

    assertThat(post(channel, query, body, signature).statusCode()).isEqualTo(200);
    assertThat(post(channel, query, body + " ", signature).statusCode()).isEqualTo(401);
    assertThat(post(channel, query, body, "no").statusCode()).isEqualTo(401);
    assertThat(post(channel, "?bodySHA256=", "", signature).statusCode()).isEqualTo(401);
    assertThat(sink.updates()).hasOnlyElementsOfType(MessageIn.class).hasSize(1);
  }

  @Test
  void aRenewedTokenSignsFromThenOn() throws Exception {
    var renewed = new TwilioSmsConfigInput(null, ACCOUNT, RENEWED, FROM, null);
    var patch = new ChannelService.Patch(null, renewed, null, null);
    fixture.channels().update(fixture.workspace, channel.id(), null, patch);

    String body = TwilioForms.encoded(TEXT);
    assertThat(post(channel, "", body, signed(channel, "", TEXT, RENEWED)).statusCode())
        .isEqualTo(200);
    assertThat(post(channel, "", body, signed(channel, "", TEXT, TOKEN)).statusCode())
        .isEqualTo(401);
  }

  @Test
  void settingsNeedOneSenderAndItsToken() {
    String service = "MG0123456789abcdef0123456789abcdef";
    assertThat(pointers(new TwilioSmsConfigInput(null, ACCOUNT, TOKEN, null, null)))
        .containsExactly("/config/from");
    assertThat(pointers(new TwilioSmsConfigInput(null, ACCOUNT, null, FROM, service)))
        .containsExactly("/config/messaging_service_sid", "/config/auth_token");

    var kept = new TwilioSmsConfigInput(null, ACCOUNT, null, FROM, null);
    var moved = new TwilioSmsConfigInput(null, ACCOUNT, null, null, service);
    var sold = new TwilioSmsConfigInput(null, ACCOUNT.replace('0', '1'), null, FROM, null);
    assertThat(update(kept).credential()).isEqualTo(channel.credential());
    for (var other : List.of(moved, sold)) {
      assertThatThrownBy(() -> update(other)).isInstanceOf(Invalid.class);
    }
  }

  @Test
  void anUnknownHookIsNotFound() throws Exception {
    var whatsApp = fixture.whatsApp("700100200300400");
    for (String path :
        new String[] {"hok_01kavk5e4sf2xr2bq6d8n1c7pm", "nonsense", "", "" + whatsApp.hook()}) {
      var request = HttpRequest.newBuilder(URI.create(hooks + path));
      request.POST(HttpRequest.BodyPublishers.ofString(TwilioForms.encoded(TEXT)));
      var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(path).isEqualTo(404);
    }
  }

  @Test
  void nonsenseIsMalformedAndTooMuchIsTooLarge() throws Exception {
    var nonsense = post(channel, "", "Body=%zz", "x");
    assertThat(nonsense.statusCode()).isEqualTo(400);
    assertThat(nonsense.body()).contains("\"malformed_request\"");
    byte[] array = "[]".getBytes(StandardCharsets.UTF_8);
    String url = TwilioSigner.withHash(url(channel, ""), array);
    String query = url.substring(url.indexOf('?'));
    var signed = post(channel, query, array, TwilioSigner.sign(TOKEN, url));
    assertThat(signed.statusCode()).isEqualTo(400);
    assertThat(signed.body()).contains("\"malformed_json\"");
    var large = post(channel, "", new byte[3 * 1024 * 1024 + 1], "x");
    assertThat(large.statusCode()).isEqualTo(413);
  }

  @Test
  void whatCouldNotBeReadIsKeptInTheJournal() throws Exception {
    var form = Map.of("MessageSid", "SM0123456789", "Body", "Who am I?");
    assertThat(status("", form, signed(channel, "", form, TOKEN))).isEqualTo(200);

    assertThat(journal()).isEqualTo("partial");
    assertThat(sink.updates()).hasSize(1);
  }

  @Test
  void aStoreThatIsFullIsNoSuccess() throws Exception {
    sink.refuse(true);
    String signature = signed(channel, "", TEXT, TOKEN);

    var answer = post(channel, "", TwilioForms.encoded(TEXT), signature);

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).doesNotContain("<Response/>");
    sink.refuse(false);
    assertThat(status("", TEXT, signature)).isEqualTo(200);
  }

  private static boolean malformed(byte[] body) {
    try {
      Form.parse(new String(body, StandardCharsets.UTF_8));
      return false;
    } catch (MalformedWebhook _) {
      return true;
    }
  }

  private Channel sender(String from, String token) {
    var config = new TwilioSmsConfigInput(null, ACCOUNT, token, from, null);
    return fixture.channels().create(fixture.workspace, "SMS " + from, config, null, null);
  }

  private Channel update(TwilioSmsConfigInput config) {
    var patch = new ChannelService.Patch(null, config, null, null);
    return fixture.channels().update(fixture.workspace, channel.id(), null, patch);
  }

  private List<String> pointers(TwilioSmsConfigInput config) {
    var refusal =
        org.assertj.core.api.Assertions.catchThrowableOfType(
            Invalid.class,
            () -> fixture.channels().create(fixture.workspace, "SMS", config, null, null));
    return refusal.errors().stream().map(error -> error.pointer()).toList();
  }

  /// As Twilio was given it: the public address, not the one that the test posts to.
  private static String url(Channel to, String query) {
    return "https://chat.example.com/hooks/twilio-sms/" + to.hook() + query;
  }

  private static String signed(Channel to, String query, Map<String, String> form, String token) {
    return TwilioSigner.sign(token, url(to, query), form);
  }

  private int status(String query, Map<String, String> form, String signature) throws Exception {
    return post(channel, query, TwilioForms.encoded(form), signature).statusCode();
  }

  private HttpResponse<String> post(
      Channel to, String query, String body, @Nullable String signature) throws Exception {
    return post(to, query, body.getBytes(StandardCharsets.UTF_8), signature);
  }

  private HttpResponse<String> post(
      Channel to, String query, byte[] body, @Nullable String signature) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(hooks + Objects.requireNonNull(to.hook()) + query))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (signature != null) {
      request.header("X-Twilio-Signature", signature);
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

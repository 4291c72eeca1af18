package ai.chatflow.app;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.platform.http.Contract;
import ai.chatflow.testing.Chromium;
import ai.chatflow.testing.TestWorkspace;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ApiReferenceIT {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  @RegisterExtension static final TestWorkspace world = new TestWorkspace();

  @Test
  void theReferenceListsEveryOperationAndTriesOneOut() {
    var server = world.server().url().toString();
    try (var browser = Chromium.start()) {
      browser.open(URI.create(server + "/docs"));
      var operations = Contract.load().operations();
      browser.await("document.querySelectorAll('.opblock').length >= " + operations.size());
      var listed = new ArrayList<String>();
      browser
          .evaluate(
              "[...document.querySelectorAll('.opblock-summary-operation-id')]"
                  + ".map(e => e.textContent)")
          .forEach(id -> listed.add(id.textValue().replace("\u200b", "")));

      browser.click(".auth-wrapper .authorize");
      browser.type(".auth-container input", world.credentials().liveKey());
      browser.click(".auth-container .authorize");
      browser.click(".auth-container .btn-done");
      browser.click("[id$=-getMe] .opblock-summary-control");
      browser.click("[id$=-getMe] .execute");
      var status = "[id$=-getMe] .live-responses-table .response .response-col_status";
      browser.await("!!document.querySelector('%s')".formatted(status));

      assertThat(listed).containsExactlyInAnyOrderElementsOf(operations.keySet());
      assertThat(browser.evaluate("document.querySelector('%s').textContent".formatted(status)))
          .hasToString("\"200\"");
      assertThat(browser.requested())
          .contains(server + "/v1/me")
          .allSatisfy(address -> assertThat(address).matches("(data:|" + server + "/).*"));
      assertThat(browser.complaints()).isEmpty();
    }
  }

  @Test
  void theReferenceLetsTheBrowserAskNobodyElse() throws Exception {
    var page = get("/docs");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'self'", "connect-src 'self'");
    assertThat(get("/docs/").headers().firstValue("Location")).hasValue("../docs");
    assertThat(get("/docs/nothing.js").statusCode()).isEqualTo(404);
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(world.server().url().resolve(path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}

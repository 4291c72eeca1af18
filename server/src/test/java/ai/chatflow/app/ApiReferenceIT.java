package ai.chatflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;

import ai.chatflow.platform.http.Contract;
import ai.chatflow.testing.Chromium;
import ai.chatflow.testing.TestWorkspace;
import java.net.URI;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ApiReferenceIT {
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
  void theReferenceLetsTheBrowserAskNobodyElse() {
    world
        .http()
        .get("/docs")
        .then()
        .statusCode(200)
        .header("Content-Security-Policy", containsString("default-src 'none'"))
        .header("Content-Security-Policy", containsString("connect-src 'self'"));
    world.http().get("/docs/").then().statusCode(301).header("Location", endsWith("../docs"));
    world.http().get("/docs/nothing.js").then().statusCode(404);
  }
}

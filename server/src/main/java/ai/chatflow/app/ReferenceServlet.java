package ai.chatflow.app;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The API reference at `/docs`: Swagger UI over `/openapi.json`. All of it lies in this server,
/// and its policy lets the browser ask nobody else.
final class ReferenceServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  /// Swagger UI sets styles in elements and has pictures in its style sheet.
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
          + " img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'none';"
          + " base-uri 'none'; frame-ancestors 'none'";

  private static final String WEBJAR = "META-INF/resources/webjars/swagger-ui/";
  private static final String VERSION = "META-INF/maven/org.webjars/swagger-ui/pom.properties";
  private static final String PAGE = "text/html; charset=utf-8";
  private static final String SCRIPT = "text/javascript; charset=utf-8";

  private static final Map<String, String> OURS =
      Map.of("index.html", PAGE, "reference.js", SCRIPT);
  private static final Map<String, String> THEIRS =
      Map.of(
          "swagger-ui-bundle.js", SCRIPT,
          "swagger-ui.css", "text/css; charset=utf-8",
          "favicon-32x32.png", "image/png");

  private final transient Map<String, byte[]> files;

  ReferenceServlet() {
    var theirs = WEBJAR + version() + "/";
    var read =
        OURS.keySet().stream()
            .collect(Collectors.toMap(name -> name, name -> read("docs/" + name)));
    THEIRS.keySet().forEach(name -> read.put(name, read(theirs + name)));
    this.files = Map.copyOf(read);
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    var path = request.getPathInfo();
    if (path != null && path.equals("/")) {
      response.setStatus(HttpServletResponse.SC_MOVED_PERMANENTLY);
      response.setHeader("Location", "../docs");
      return;
    }
    var name = path == null ? "index.html" : path.substring(1);
    byte @Nullable [] file = files.get(name);
    if (file == null) {
      response.setStatus(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    response.setContentType(OURS.getOrDefault(name, THEIRS.get(name)));
    response.setHeader("Content-Security-Policy", POLICY);
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setHeader(
        "Cache-Control", THEIRS.containsKey(name) ? "public, max-age=3600" : "no-cache");
    response.setContentLength(file.length);
    response.getOutputStream().write(file);
  }

  private static String version() {
    var properties = new Properties();
    try (var in = ReferenceServlet.class.getClassLoader().getResourceAsStream(VERSION)) {
      properties.load(Objects.requireNonNull(in, VERSION));
      return Objects.requireNonNull(properties.getProperty("version"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] read(String resource) {
    try (var in = ReferenceServlet.class.getClassLoader().getResourceAsStream(resource)) {
      return Objects.requireNonNull(in, resource).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

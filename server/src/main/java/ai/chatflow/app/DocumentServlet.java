package ai.chatflow.app;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/// Serves one document that never changes while the server runs.
final class DocumentServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final String mediaType;
  private final byte[] document;

  DocumentServlet(String mediaType, byte[] document) {
    this.mediaType = mediaType;
    this.document = document.clone();
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType(mediaType);
    response.setHeader("Cache-Control", "no-cache");
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setContentLength(document.length);
    response.getOutputStream().write(document);
  }
}

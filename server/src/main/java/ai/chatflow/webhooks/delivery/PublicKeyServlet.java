package ai.chatflow.webhooks.delivery;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// `/.well-known/webhook-keys`: what `v1a` signatures are checked with. `{"keys": [{"algorithm":
/// "ed25519", "public_key": "whpk_…"}]}`.
public final class PublicKeyServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final byte[] document;

  public PublicKeyServlet(Signer signer) {
    this.document =
        """
        {"keys": [{"algorithm": "ed25519", "public_key": "%s"}]}
        """
            .formatted(signer.publicKey())
            .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType("application/json");
    response.setHeader("Cache-Control", "public, max-age=3600");
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setContentLength(document.length);
    response.getOutputStream().write(document);
  }
}

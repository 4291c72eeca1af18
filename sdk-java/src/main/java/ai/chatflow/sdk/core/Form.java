package ai.chatflow.sdk.core;

import ai.chatflow.sdk.Upload;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.UUID;

/// A form (RFC 7578) with one file.
record Form(String boundary, Upload upload) {
  static Form of(Upload upload) {
    return new Form("chatflow-" + UUID.randomUUID(), upload);
  }

  String contentType() {
    return "multipart/form-data; boundary=" + boundary;
  }

  BodyPublisher publisher() {
    String mimeType = upload.mimeType();
    String head =
        "--"
            + boundary
            + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
            + quoted(upload.filename())
            + "\"\r\n"
            + (mimeType == null ? "" : "Content-Type: " + line(mimeType) + "\r\n")
            + "\r\n";
    return BodyPublishers.concat(
        BodyPublishers.ofString(head),
        upload.content(),
        BodyPublishers.ofString("\r\n--" + boundary + "--\r\n"));
  }

  /// As browsers do (WHATWG HTML, "multipart form data").
  private static String quoted(String name) {
    return name.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static String line(String text) {
    if (text.indexOf('\r') >= 0 || text.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("A MIME type has one line.");
    }
    return text;
  }
}

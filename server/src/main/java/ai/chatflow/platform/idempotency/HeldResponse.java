package ai.chatflow.platform.idempotency;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Keeps an answer in memory until it may be sent.
final class HeldResponse extends HttpServletResponseWrapper {
  /// Headers that belong to the stored answer; the rest belongs to the request at hand.
  private static final List<String> KEPT = List.of("ETag", "Location");

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final ServletOutputStream stream = new Held(bytes);
  private final PrintWriter writer = new PrintWriter(bytes, false, StandardCharsets.UTF_8);

  HeldResponse(HttpServletResponse response) {
    super(response);
    response.setStatus(200);
    KEPT.forEach(name -> response.setHeader(name, null));
  }

  @Override
  public ServletOutputStream getOutputStream() {
    return stream;
  }

  @Override
  public PrintWriter getWriter() {
    return writer;
  }

  @Override
  public void flushBuffer() {
    // held back until the commit
  }

  @Override
  public void setContentLength(int length) {
    // set when it is sent
  }

  @Override
  public void setContentLengthLong(long length) {
    // set when it is sent
  }

  IdempotencyStore.Answer answer() {
    writer.flush();
    Map<String, String> headers = new LinkedHashMap<>();
    for (var name : KEPT) {
      @Nullable String value = getHeader(name);
      if (value != null) {
        headers.put(name, value);
      }
    }
    @Nullable String type = getContentType();
    if (type != null) {
      headers.put("Content-Type", type);
    }
    return new IdempotencyStore.Answer(getStatus(), headers, bytes.toByteArray());
  }

  void send() throws IOException {
    writer.flush();
    if (bytes.size() > 0) {
      getResponse().setContentLength(bytes.size());
      getResponse().getOutputStream().write(bytes.toByteArray());
    }
  }

  private static final class Held extends ServletOutputStream {
    private final ByteArrayOutputStream bytes;

    Held(ByteArrayOutputStream bytes) {
      this.bytes = bytes;
    }

    @Override
    public void write(int b) {
      bytes.write(b);
    }

    @Override
    public void write(byte[] b, int off, int len) {
      bytes.write(b, off, len);
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      throw new IllegalStateException("answers are written on the thread that made them");
    }
  }
}

package ai.chatflow.testing.contract;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/// Keeps the body of an answer back until it has been checked.
final class HeldAnswer extends HttpServletResponseWrapper {
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private final PrintWriter writer = new PrintWriter(body, false, StandardCharsets.UTF_8);

  HeldAnswer(HttpServletResponse response) {
    super(response);
  }

  byte[] body() {
    writer.flush();
    return body.toByteArray();
  }

  void release() throws IOException {
    var bytes = body();
    if (bytes.length > 0) {
      getResponse().getOutputStream().write(bytes);
    }
  }

  @Override
  public PrintWriter getWriter() {
    return writer;
  }

  @Override
  public ServletOutputStream getOutputStream() {
    return new ServletOutputStream() {
      @Override
      public boolean isReady() {
        return true;
      }

      @Override
      public void setWriteListener(WriteListener listener) {
        throw new UnsupportedOperationException("answers of operations are written at once");
      }

      @Override
      public void write(int b) {
        body.write(b);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        body.write(bytes, offset, length);
      }
    };
  }

  @Override
  public void flushBuffer() {
    // leaves with release()
  }

  @Override
  public void resetBuffer() {
    body.reset();
  }
}

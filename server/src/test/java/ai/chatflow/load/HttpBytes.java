package ai.chatflow.load;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// HTTP/1.1 as bytes, made and read with as little work as possible, so that the load program takes
/// little of the machine that it measures.
final class HttpBytes {
  private static final byte[] END_OF_HEAD = bytes("\r\n\r\n");
  private static final byte[] LENGTH = bytes("content-length:");
  private static final byte[] LAST_CHUNK = bytes("\r\n0\r\n\r\n");
  private static final int STATUS_AT = "HTTP/1.1 ".length();

  private HttpBytes() {}

  static byte[] get(String path, String... headers) {
    return bytes(head("GET", path, headers) + "\r\n");
  }

  static byte[] post(String path, byte[] body, String... headers) {
    var out = new ByteArrayOutputStream(body.length + 400);
    out.writeBytes(
        bytes(
            head("POST", path, headers)
                + "Content-Type: application/json\r\nContent-Length: "
                + body.length
                + "\r\n\r\n"));
    out.writeBytes(body);
    return out.toByteArray();
  }

  static byte[] ok(String json) {
    return bytes(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
            + json.length()
            + "\r\n\r\n"
            + json);
  }

  /// The status of the answer in a buffer that is ready to be read from its start.
  static int status(ByteBuffer in) {
    return (in.get(STATUS_AT) - '0') * 100
        + (in.get(STATUS_AT + 1) - '0') * 10
        + (in.get(STATUS_AT + 2) - '0');
  }

  /// Where the body of the first message of the buffer begins; -1 while its head is incomplete.
  static int bodyStart(ByteBuffer in) {
    int at = indexOf(in, END_OF_HEAD, 0, in.limit());
    return at < 0 ? -1 : at + END_OF_HEAD.length;
  }

  /// Where the first message of the buffer ends; -1 while it is incomplete. A body without a length
  /// is taken to be chunked.
  static int end(ByteBuffer in) {
    int body = bodyStart(in);
    if (body < 0) {
      return -1;
    }
    int length = indexOf(in, LENGTH, 0, body);
    if (length >= 0) {
      int end = body + number(in, length + LENGTH.length);
      return end <= in.limit() ? end : -1;
    }
    if (in.get(0) == 'G') {
      return body;
    }
    int last = indexOf(in, LAST_CHUNK, body - 2, in.limit());
    return last < 0 ? -1 : last + LAST_CHUNK.length;
  }

  /// The text between two others, or null.
  static @Nullable String between(ByteBuffer in, String before, char after) {
    var wanted = bytes(before);
    int at = indexOf(in, wanted, 0, in.limit());
    if (at < 0) {
      return null;
    }
    var text = new StringBuilder();
    for (int i = at + wanted.length; i < in.limit() && in.get(i) != after; i++) {
      text.append((char) in.get(i));
    }
    return text.toString();
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String head(String method, String path, String... headers) {
    var head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    for (int i = 0; i < headers.length; i += 2) {
      head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
    }
    return head.toString();
  }

  private static int number(ByteBuffer in, int from) {
    int value = 0;
    for (int i = from; in.get(i) != '\r'; i++) {
      value = in.get(i) == ' ' ? value : value * 10 + in.get(i) - '0';
    }
    return value;
  }

  /// Without regard to the case of ASCII letters in the buffer; `wanted` is in lower case where it
  /// has letters, or has none that differ.
  private static int indexOf(ByteBuffer in, byte[] wanted, int from, int to) {
    for (int i = from; i <= to - wanted.length; i++) {
      int same = 0;
      while (same < wanted.length && lower(in.get(i + same)) == lower(wanted[same])) {
        same++;
      }
      if (same == wanted.length) {
        return i;
      }
    }
    return -1;
  }

  private static int lower(byte letter) {
    return letter >= 'A' && letter <= 'Z' ? letter + 32 : letter;
  }
}

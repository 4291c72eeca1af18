package ai.chatflow.sdk.core.events;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Reads `text/event-stream` from bytes that come in pieces (WHATWG HTML, 9.2.6).
final class SseParser {
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
  private static final int CR = '\r';
  private static final int LF = '\n';

  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private boolean atStart = true;
  private boolean afterCr;

  private final StringBuilder data = new StringBuilder();
  private String event = "";
  private String idToCome;
  private String lastId;
  private Optional<Duration> retry = Optional.empty();

  /// @param lastId of the connection before this one; empty for none
  SseParser(String lastId) {
    this.idToCome = lastId;
    this.lastId = lastId;
  }

  /// The messages that end within these bytes.
  List<SseMessage> feed(ByteBuffer bytes) {
    List<SseMessage> messages = new ArrayList<>();
    while (bytes.hasRemaining()) {
      int next = bytes.get();
      boolean restOfCrLf = next == LF && afterCr;
      afterCr = next == CR;
      if (restOfCrLf) {
        continue;
      }
      if (next == CR || next == LF) {
        endLine(messages);
      } else {
        line.write(next);
      }
    }
    return messages;
  }

  /// Where to go on after the connection: of the last block that was whole, with data or without.
  String lastId() {
    return lastId;
  }

  /// How long the server wants a reader to wait before it comes again.
  Optional<Duration> retry() {
    return retry;
  }

  private void endLine(List<SseMessage> messages) {
    byte[] bytes = line.toByteArray();
    line.reset();
    boolean marked = atStart && startsWithMark(bytes);
    atStart = false;
    int from = marked ? BYTE_ORDER_MARK.length : 0;
    String text = new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
    if (text.isEmpty()) {
      dispatch(messages);
    } else if (text.charAt(0) != ':') {
      int colon = text.indexOf(':');
      String name = colon < 0 ? text : text.substring(0, colon);
      String value = colon < 0 ? "" : text.substring(colon + 1);
      field(name, value.startsWith(" ") ? value.substring(1) : value);
    }
  }

  private void field(String name, String value) {
    switch (name) {
      case "event" -> event = value;
      case "data" -> data.append(value).append('\n');
      case "id" -> idToCome = value.indexOf('\0') < 0 ? value : idToCome;
      case "retry" -> {
        if (value.matches("[0-9]{1,9}")) {
          retry = Optional.of(Duration.ofMillis(Long.parseLong(value)));
        }
      }
      default -> {} // as the standard says
    }
  }

  private void dispatch(List<SseMessage> messages) {
    lastId = idToCome;
    if (data.length() > 0) {
      data.setLength(data.length() - 1);
      messages.add(new SseMessage(lastId, event.isEmpty() ? "message" : event, data.toString()));
    }
    data.setLength(0);
    event = "";
  }

  private static boolean startsWithMark(byte[] bytes) {
    return bytes.length >= BYTE_ORDER_MARK.length
        && Arrays.equals(
            bytes, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length);
  }
}

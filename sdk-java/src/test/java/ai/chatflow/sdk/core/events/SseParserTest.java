package ai.chatflow.sdk.core.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SseParserTest {
  static Stream<Arguments> streams() {
    return Stream.of(
        // the examples of the standard
        of("data: YHOO\ndata: +2\ndata: 10\n\n", message("", "YHOO\n+2\n10")),
        of(
            """
            : test stream

            data: first event
            id: 1

            data:second event
            id

            data:  third event

            """,
            message("1", "first event"),
            message("", "second event"),
            message("", " third event")),
        of("data\n\ndata\ndata\n\ndata:", message("", ""), message("", "\n")),
        of("data:test\n\ndata: test\n\n", message("", "test"), message("", "test")),
        // ends of lines
        of("data: a\rdata: b\r\rdata: c\r\r", message("", "a\nb"), message("", "c")),
        of("data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n", message("", "a\nb"), message("", "c")),
        of(
            "data: a\n\r\ndata: b\r\n\ndata: c\n\r",
            message("", "a"),
            message("", "b"),
            message("", "c")),
        // the mark at the beginning, and only there
        of("\ufeffdata: a\n\n", message("", "a")),
        of("\ufeff\ufeffdata: a\n\ndata: b\n\n", message("", "b")),
        of("data: a\n\ufeffdata: b\n\n", message("", "a")),
        // fields
        of(
            "event: message.received\ndata: a\n\ndata: b\n\n",
            new SseMessage("", "message.received", "a"),
            message("", "b")),
        of("event: one\n\ndata: b\n\n", message("", "b")),
        of("event: one\nevent: two\ndata: b\n\n", new SseMessage("", "two", "b")),
        of("data: a:b: c\n\n", message("", "a:b: c")),
        of("Data: a\nfoo: bar\ndatax: a\n data: a\n\n"),
        of("id: 7\n\ndata: a\n\ndata: b\nid: 8\n\n", message("7", "a"), message("8", "b")),
        of("id: 7\ndata: a\n\nid: 8\0\ndata: b\n\n", message("7", "a"), message("7", "b")),
        // text beyond ASCII, and what is not UTF-8
        of("data: grüße 👋\n\n", message("", "grüße 👋")),
        // what has not ended is no message
        of("data: a\n"),
        of("data: a\n\ndata: b", message("", "a")),
        of(": heartbeat\n\n: heartbeat\n\n"));
  }

  @ParameterizedTest
  @MethodSource("streams")
  void messagesAreReadAsTheStandardSays(String stream, List<SseMessage> messages) {
    byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);

    assertThat(new SseParser("").feed(ByteBuffer.wrap(bytes))).isEqualTo(messages);
  }

  @ParameterizedTest
  @MethodSource("streams")
  void theSameBytesOneByOneAreTheSameMessages(String stream, List<SseMessage> messages) {
    SseParser parser = new SseParser("");
    List<SseMessage> read = new ArrayList<>();

    for (byte one : stream.getBytes(StandardCharsets.UTF_8)) {
      read.addAll(parser.feed(ByteBuffer.wrap(new byte[] {one})));
    }

    assertThat(read).isEqualTo(messages);
  }

  @Test
  void bytesThatAreNoUtf8AreReplaced() {
    byte[] bytes = {'d', 'a', 't', 'a', ':', (byte) 0xff, '\n', '\n'};

    assertThat(new SseParser("").feed(ByteBuffer.wrap(bytes)))
        .containsExactly(message("", "\ufffd"));
  }

  @Test
  void anIdWithoutDataIsAPlaceToGoOnFrom() {
    SseParser parser = new SseParser("3");

    assertThat(parser.lastId()).isEqualTo("3");
    assertThat(feed(parser, "id: 41\n")).isEmpty();
    assertThat(parser.lastId()).isEqualTo("3");
    assertThat(feed(parser, "\n")).isEmpty();
    assertThat(parser.lastId()).isEqualTo("41");
  }

  @Test
  void theTimeToWaitIsReadWhereItIsANumber() {
    SseParser parser = new SseParser("");

    assertThat(parser.retry()).isEmpty();
    feed(parser, "retry: 1500\n");
    assertThat(parser.retry()).contains(Duration.ofMillis(1500));
    feed(parser, "retry: soon\nretry: -1\nretry:\n");
    assertThat(parser.retry()).contains(Duration.ofMillis(1500));
  }

  private static List<SseMessage> feed(SseParser parser, String text) {
    return parser.feed(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static Arguments of(String stream, SseMessage... messages) {
    return Arguments.of(stream, List.of(messages));
  }

  private static SseMessage message(String id, String data) {
    return new SseMessage(id, "message", data);
  }
}

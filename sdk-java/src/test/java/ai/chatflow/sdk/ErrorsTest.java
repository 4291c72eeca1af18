package ai.chatflow.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.chatflow.sdk.errors.ApiException;
import ai.chatflow.sdk.errors.AuthenticationException;
import ai.chatflow.sdk.errors.BadRequestException;
import ai.chatflow.sdk.errors.ConflictException;
import ai.chatflow.sdk.errors.GoneException;
import ai.chatflow.sdk.errors.InvalidResponseException;
import ai.chatflow.sdk.errors.NotFoundException;
import ai.chatflow.sdk.errors.PayloadTooLargeException;
import ai.chatflow.sdk.errors.PermissionDeniedException;
import ai.chatflow.sdk.errors.PreconditionFailedException;
import ai.chatflow.sdk.errors.PreconditionRequiredException;
import ai.chatflow.sdk.errors.RateLimitException;
import ai.chatflow.sdk.errors.ServerException;
import ai.chatflow.sdk.errors.TimeoutException;
import ai.chatflow.sdk.errors.UnsupportedMediaTypeException;
import ai.chatflow.sdk.errors.ValidationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ErrorsTest {
  private final FakeServer server = new FakeServer();
  private final ChatFlowClient client =
      ChatFlowClient.builder().environment(FakeServer.environment(server)).maxRetries(0).build();

  @AfterEach
  void stop() {
    server.close();
  }

  static Stream<Arguments> statuses() {
    return Stream.of(
        Arguments.of(400, BadRequestException.class),
        Arguments.of(401, AuthenticationException.class),
        Arguments.of(403, PermissionDeniedException.class),
        Arguments.of(404, NotFoundException.class),
        Arguments.of(409, ConflictException.class),
        Arguments.of(410, GoneException.class),
        Arguments.of(412, PreconditionFailedException.class),
        Arguments.of(413, PayloadTooLargeException.class),
        Arguments.of(414, PayloadTooLargeException.class),
        Arguments.of(431, PayloadTooLargeException.class),
        Arguments.of(415, UnsupportedMediaTypeException.class),
        Arguments.of(418, ApiException.class),
        Arguments.of(422, ValidationException.class),
        Arguments.of(428, PreconditionRequiredException.class),
        Arguments.of(429, RateLimitException.class),
        Arguments.of(500, ServerException.class),
        Arguments.of(503, ServerException.class));
  }

  @ParameterizedTest
  @MethodSource("statuses")
  void eachStatusHasItsClassWithTheProblem(int status, Class<? extends ApiException> type) {
    server.answer(status, FakeServer.problem(status, "some_code"), "Request-Id", "r-2");

    ApiException error = catchThrowableOfType(type, () -> client.contacts().get("con_1"));

    assertThat(error).isExactlyInstanceOf(type);
    assertThat(error.status()).isEqualTo(status);
    assertThat(error.code()).hasToString("Optional[some_code]");
    assertThat(error.requestId()).contains("r-2");
    assertThat(error.errors())
        .singleElement()
        .satisfies(one -> assertThat(one.pointer()).contains("/name"));
    assertThat(error).hasMessage(status + " some_code: D [/name too_long] (request r-2)");
  }

  @Test
  void anAnswerOfAProxyIsAnErrorWithoutAProblem() {
    server.answer(502, "<html>Bad gateway</html>");

    ServerException error =
        catchThrowableOfType(ServerException.class, () -> client.contacts().get("con_1"));

    assertThat(error.problem()).isEmpty();
    assertThat(error.errors()).isEmpty();
  }

  @Test
  void aRedirectIsAnErrorAndNotFollowed() {
    server.answer(307, "", "Location", server.url() + "/elsewhere");

    assertThatThrownBy(() -> client.contacts().get("con_1")).isInstanceOf(ApiException.class);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void aSuccessThatIsNoContactIsSaidToBe() {
    server.answer(200, "{\"object\": \"contact\"}", "Request-Id", "r-3");

    assertThatThrownBy(() -> client.contacts().get("con_1"))
        .isInstanceOf(InvalidResponseException.class)
        .hasMessageContaining("Contact")
        .hasMessageContaining("r-3");
  }

  @Test
  void aServerThatDoesNotAnswerIsATimeout() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(impatient(silent)::me).isInstanceOf(TimeoutException.class);
    }
  }

  @Test
  void aBodyThatStallsIsATimeout() throws IOException {
    try (ServerSocket stalling = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Socket> connection =
          CompletableFuture.supplyAsync(() -> startAnswering(stalling));

      assertThatThrownBy(impatient(stalling)::me).isInstanceOf(TimeoutException.class);

      connection.join().close();
    }
  }

  private static Socket startAnswering(ServerSocket server) {
    try {
      Socket socket = server.accept();
      String start = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{";
      socket.getOutputStream().write(start.getBytes(StandardCharsets.US_ASCII));
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ChatFlowClient impatient(ServerSocket server) {
    return ChatFlowClient.builder()
        .apiKey("cf_test_1")
        .baseUrl("http://127.0.0.1:" + server.getLocalPort())
        .timeout(Duration.ofMillis(200))
        .maxRetries(0)
        .build();
  }
}

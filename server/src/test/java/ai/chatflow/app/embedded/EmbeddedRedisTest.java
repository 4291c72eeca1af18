package ai.chatflow.app.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRedisTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir Path temporary;

  @Test
  void itAnswersWithItsPasswordOnly() {
    try (var redis = start()) {
      assertThat(answers(redis)).isTrue();
      assertThat(RedisConversation.answers(redis.port(), "wrong")).isFalse();
    }
  }

  @Test
  void aKilledRedisComesBackByItselfUnderTheSameAddress() {
    try (var redis = start()) {
      var before = redis.pid();

      new OsProcess(before).kill();

      Await.until(Duration.ofSeconds(15), () -> redis.pid() != before && answers(redis));
    }
  }

  @Test
  void aRedisThatAKilledServerLeftIsReplaced() {
    var left = start();
    left.abandon();

    try (var redis = start()) {
      assertThat(new OsProcess(left.pid()).alive()).isFalse();
      assertThat(redis.port()).isEqualTo(left.port());
      assertThat(answers(redis)).isTrue();
    }
  }

  @Test
  void itEndsWithTheServer() {
    var redis = start();

    redis.close();

    Await.until(Duration.ofSeconds(5), () -> !new OsProcess(redis.pid()).alive());
  }

  @Test
  void itEndsWithAServerThatIsKilled() throws Exception {
    var folder = temporary.resolve("redis");
    var server = OtherJvm.start(HoldRedis.class, folder.toString());
    server.awaitLine("holding");
    var redis =
        new OsProcess(Long.parseLong(Files.readString(folder.resolve("redis.pid")).strip()));
    assertThat(redis.alive()).isTrue();

    server.kill();

    Await.until(Duration.ofSeconds(5), () -> !redis.alive());
  }

  private EmbeddedRedis start() {
    return EmbeddedRedis.start(temporary.resolve("redis"), TestBinaries.shared(), RANDOM);
  }

  private static boolean answers(EmbeddedRedis redis) {
    var password = redis.url().replaceAll("redis://:(.*)@.*", "$1");
    return RedisConversation.answers(redis.port(), password);
  }
}

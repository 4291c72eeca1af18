package ai.chatflow.sdk.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TimerTest {
  @Test
  void whatIsCalledOffDoesNotRun() throws Exception {
    List<String> ran = new CopyOnWriteArrayList<>();
    CountDownLatch last = new CountDownLatch(1);
    Timer timer = Timer.system();

    Runnable callOff = timer.after(Duration.ofMillis(20), () -> ran.add("called off"));
    timer.after(Duration.ofMillis(10), () -> ran.add("first"));
    timer.after(
        Duration.ofMillis(60),
        () -> {
          ran.add("last");
          last.countDown();
        });
    callOff.run();

    assertThat(last.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(ran).containsExactly("first", "last");
    callOff.run();
  }

  @Test
  void tasksDoNotRunOnTheThreadThatKeepsTheTime() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    List<String> threads = new CopyOnWriteArrayList<>();

    Timer.system()
        .after(
            Duration.ofMillis(1),
            () -> {
              threads.add(Thread.currentThread().getName());
              done.countDown();
            });

    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(threads).singleElement().asString().doesNotContainIgnoringCase("delay");
  }
}

package ai.chatflow.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.errors.Unavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GroupCommitTest {
  @AutoClose private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private final List<List<Integer>> commits = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch gate = new CountDownLatch(1);

  /// Nobody waits for a test that failed.
  @AfterEach
  void openTheGate() {
    gate.countDown();
  }

  @Test
  void whoComesAloneIsCommittedAloneAtOnce() {
    var group = new GroupCommit<String, Integer, Integer>(this::doubled);

    assertThat(group.submit("a", 1)).isEqualTo(2);
    assertThat(group.submit("a", 2)).isEqualTo(4);

    assertThat(commits).containsExactly(List.of(1), List.of(2));
  }

  @Test
  void whoComesWhileACommitRunsSharesTheNext() throws Exception {
    var group = new GroupCommit<String, Integer, Integer>(this::behindTheGate);
    var answers = crowd(group, 22);

    for (int i = 0; i < 22; i++) {
      assertThat(answers.get(i).get(20, TimeUnit.SECONDS)).isEqualTo(2 * i);
    }
    assertThat(commits).hasSize(2);
    assertThat(commits.get(1)).hasSize(21);
  }

  @Test
  void oneKeyDoesNotWaitForAnother() throws Exception {
    var group =
        new GroupCommit<String, Integer, Integer>(
            (key, requests) -> key.equals("slow") ? behindTheGate(key, requests) : requests);
    var slow = CompletableFuture.supplyAsync(() -> group.submit("slow", 1), threads);
    Awaitility.await().until(() -> !commits.isEmpty());

    assertThat(group.submit("quick", 7)).isEqualTo(7);

    gate.countDown();
    assertThat(slow.get(20, TimeUnit.SECONDS)).isEqualTo(2);
  }

  @Test
  void keysThatHangKeepTheOthersWaitingAMomentOnly() throws Exception {
    var group = new GroupCommit<String, Integer, Integer>(this::slowOnesBehindTheGate);
    var slow = occupied(group);

    assertThat(group.submit("quick", 7)).isEqualTo(14);

    gate.countDown();
    for (var answer : slow) {
      assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(2);
    }
  }

  @Test
  void whoWaitsForOtherKeysIsCommittedTogether() {
    var group =
        new GroupCommit<String, Integer, Integer>(
            this::slowOnesBehindTheGate, Duration.ofSeconds(40));
    occupied(group);
    var answers =
        IntStream.range(0, 12)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> group.submit("quick", i), threads))
            .toList();
    Awaitility.await().until(() -> group.waiting("quick") == 12);

    gate.countDown();

    answers.forEach(CompletableFuture::join);
    assertThat(commits).hasSize(GroupCommit.AT_ONCE + 1);
    assertThat(commits.getLast()).hasSize(12);
  }

  /// As many hanging keys as commit at once.
  private List<CompletableFuture<Integer>> occupied(GroupCommit<String, Integer, Integer> group) {
    var slow =
        IntStream.range(0, GroupCommit.AT_ONCE)
            .mapToObj(
                i -> CompletableFuture.supplyAsync(() -> group.submit("slow" + i, 1), threads))
            .toList();
    Awaitility.await().until(() -> commits.size() == GroupCommit.AT_ONCE);
    return slow;
  }

  private List<Integer> slowOnesBehindTheGate(String key, List<Integer> requests) {
    return key.startsWith("slow") ? behindTheGate(key, requests) : doubled(key, requests);
  }

  @Test
  void oneBadRequestCostsOnlyItself() {
    var group =
        new GroupCommit<String, Integer, Integer>(
            (key, requests) -> {
              var answers = behindTheGate(key, requests);
              if (requests.contains(13)) {
                throw new IllegalArgumentException("13");
              }
              return answers;
            });
    var answers = crowd(group, 30);

    for (int i = 0; i < 30; i++) {
      var answer = answers.get(i);
      if (i == 13) {
        assertThatThrownBy(answer::join)
            .isInstanceOf(CompletionException.class)
            .hasCauseInstanceOf(IllegalArgumentException.class);
      } else {
        assertThat(answer.join()).isEqualTo(2 * i);
      }
    }
  }

  @Test
  void whatIsUnavailableIsNotTriedOneByOne() {
    var tries = new AtomicInteger();
    var group =
        new GroupCommit<String, Integer, Integer>(
            (key, requests) -> {
              behindTheGate(key, requests);
              tries.incrementAndGet();
              throw new Unavailable(ProblemCode.SERVICE_UNAVAILABLE, "away", Duration.ofSeconds(1));
            });
    var answers = crowd(group, 40);

    assertThat(answers)
        .allSatisfy(
            answer -> assertThatThrownBy(answer::join).hasCauseInstanceOf(Unavailable.class));
    assertThat(tries.get()).isEqualTo(2);
  }

  @Test
  void anErrorIsToldToAllAndTheNextIsCommittedAllTheSame() {
    var failing = new AtomicInteger(1);
    var group =
        new GroupCommit<String, Integer, Integer>(
            (key, requests) -> {
              behindTheGate(key, requests);
              if (failing.getAndDecrement() > 0) {
                throw new StackOverflowError("for the test");
              }
              return doubled(key, requests);
            });
    var answers = crowd(group, 10);

    var told = answers.stream().filter(a -> a.handle((_, failure) -> failure != null).join());
    assertThat(told.count()).isPositive();
    assertThat(group.submit("a", 5)).isEqualTo(10);
  }

  @Test
  void everyoneIsAnsweredWithHisOwn() {
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    var group =
        new GroupCommit<String, Integer, Integer>(
            (_, requests) -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              running.decrementAndGet();
              return requests.stream().map(r -> 2 * r).toList();
            });
    var callers = new ArrayList<CompletableFuture<Void>>();
    for (int caller = 0; caller < 64; caller++) {
      int base = caller * 1000;
      callers.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = base; i < base + 300; i++) {
                  assertThat(group.submit("a", i)).isEqualTo(2 * i);
                }
              },
              threads));
    }

    callers.forEach(CompletableFuture::join);
    assertThat(most.get()).isEqualTo(1);
  }

  /// One whose commit runs, and the rest, who wait.
  private List<CompletableFuture<Integer>> crowd(
      GroupCommit<String, Integer, Integer> group, int size) {
    var answers = new ArrayList<CompletableFuture<Integer>>();
    for (int i = 0; i < size; i++) {
      answers.add(submit(group, i));
    }
    Awaitility.await().until(() -> group.waiting("a") == size - 1);
    gate.countDown();
    return answers;
  }

  private CompletableFuture<Integer> submit(
      GroupCommit<String, Integer, Integer> group, int request) {
    return CompletableFuture.supplyAsync(() -> group.submit("a", request), threads);
  }

  private List<Integer> doubled(String key, List<Integer> requests) {
    commits.add(List.copyOf(requests));
    return requests.stream().map(r -> 2 * r).toList();
  }

  private List<Integer> behindTheGate(String key, List<Integer> requests) {
    commits.add(List.copyOf(requests));
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return requests.stream().map(r -> 2 * r).toList();
  }
}

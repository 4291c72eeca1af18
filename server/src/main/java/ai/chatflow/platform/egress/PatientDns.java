package ai.chatflow.platform.egress;

import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.Dns;
import org.jspecify.annotations.Nullable;

/// Resolves names on threads of its own, each name once at a time. The system's resolver holds the
/// thread that asks it, also the one that carries virtual threads: a name server that keeps silent
/// would hold up the whole node.
final class PatientDns implements Dns, AutoCloseable {
  private static final int AT_ONCE = 256;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration IDLE = Duration.ofSeconds(30);

  private final Dns dns;
  private final ExecutorService threads =
      new ThreadPoolExecutor(
          0,
          AT_ONCE,
          IDLE.toSeconds(),
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Thread.ofPlatform().daemon().name("names-", 0).factory());
  private final ConcurrentMap<String, CompletableFuture<List<InetAddress>>> asked =
      new ConcurrentHashMap<>();

  PatientDns(Dns dns) {
    this.dns = dns;
  }

  @Override
  public List<InetAddress> lookup(String host) throws UnknownHostException {
    try {
      return ask(host).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw unknown(host, e.getCause());
    } catch (TimeoutException e) {
      throw unknown(host, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unknown(host, new InterruptedIOException());
    }
  }

  private CompletableFuture<List<InetAddress>> ask(String host) {
    var mine = new CompletableFuture<List<InetAddress>>();
    var other = asked.putIfAbsent(host, mine);
    if (other != null) {
      return other;
    }
    try {
      threads.execute(() -> answer(host, mine));
    } catch (RejectedExecutionException e) {
      asked.remove(host, mine);
      mine.completeExceptionally(e);
    }
    return mine;
  }

  private void answer(String host, CompletableFuture<List<InetAddress>> answer) {
    try {
      answer.complete(dns.lookup(host));
    } catch (UnknownHostException | RuntimeException e) {
      answer.completeExceptionally(e);
    } finally {
      asked.remove(host, answer);
    }
  }

  private static UnknownHostException unknown(String host, @Nullable Throwable cause) {
    var unknown = new UnknownHostException(host);
    unknown.initCause(cause);
    return unknown;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}

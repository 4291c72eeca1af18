package ai.chatflow.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import org.HdrHistogram.Histogram;

/// An open-loop load generator on one thread: requests fall due at a fixed rate whether or not
/// earlier ones were answered, and a request's latency counts from when it fell due, so a server
/// that stalls is charged for what it kept waiting ("coordinated omission"). Rate zero keeps every
/// connection busy instead, which measures capacity.
final class LoadClient implements AutoCloseable {
  private static final int ANSWER = 64 * 1_024;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Selector selector;
  private final InetSocketAddress address;
  private final Deque<Connection> idle = new ArrayDeque<>();
  private final Plan plan;
  private final Source source;
  private final Answered answered;
  private final Histogram latency = new Histogram(3);
  private long good;
  private long bad;
  private int next;

  /// @param connections how many requests are under way at most
  /// @param rate requests per second; zero for as many as are answered
  record Plan(int port, int connections, double rate, Duration duration) {}

  /// The requests; the index counts from zero.
  interface Source {
    byte[] request(int index);
  }

  /// Told of each good answer.
  interface Answered {
    void answered(int index, long nanos);
  }

  /// @param bad answers of another status than 2xx, and connections that broke
  /// @param latency nanoseconds
  record Measured(long good, long bad, Duration elapsed, Histogram latency) {
    double perSecond() {
      return good * 1e9 / elapsed.toNanos();
    }

    double millis(double percentile) {
      return latency.getValueAtPercentile(percentile) / 1e6;
    }
  }

  private LoadClient(Plan plan, Source source, Answered answered) throws IOException {
    this.plan = plan;
    this.source = source;
    this.answered = answered;
    this.selector = Selector.open();
    this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), plan.port());
  }

  static Measured run(Plan plan, Source source) {
    return run(plan, source, (_, _) -> {});
  }

  static Measured run(Plan plan, Source source, Answered answered) {
    try (var client = new LoadClient(plan, source, answered)) {
      return client.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class Connection {
    private final ByteBuffer in = ByteBuffer.allocateDirect(ANSWER);
    private final SocketChannel channel;
    private long due;
    private int index;

    Connection() throws IOException {
      channel = SocketChannel.open(address);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, this);
    }

    void start(int request, long fellDue) throws IOException {
      index = request;
      due = fellDue;
      var out = ByteBuffer.wrap(source.request(request));
      while (out.hasRemaining()) {
        channel.write(out);
      }
    }

    /// Whether the answer is complete.
    boolean read() throws IOException {
      if (channel.read(in) < 0) {
        throw new IOException("closed by the server");
      }
      var seen = in.duplicate().flip();
      if (HttpBytes.end(seen) < 0) {
        return false;
      }
      int status = HttpBytes.status(seen);
      in.clear();
      long now = System.nanoTime();
      latency.recordValue(now - due);
      if (status >= 200 && status < 300) {
        good++;
        answered.answered(index, now);
      } else {
        bad++;
      }
      return true;
    }
  }

  private Measured run() throws IOException {
    for (int i = 0; i < plan.connections(); i++) {
      idle.add(new Connection());
    }
    long start = System.nanoTime();
    long end = start + plan.duration().toNanos();
    while (System.nanoTime() < end) {
      launch(start);
      collect(plan.rate() == 0 ? 10 : 1);
    }
    long elapsed = System.nanoTime() - start;
    long goodInTime = good;
    long patience = System.nanoTime() + PATIENCE.toNanos();
    while (idle.size() < plan.connections() && System.nanoTime() < patience) {
      collect(10);
    }
    bad += plan.connections() - idle.size();
    return new Measured(goodInTime, bad, Duration.ofNanos(elapsed), latency);
  }

  private void launch(long start) throws IOException {
    while (!idle.isEmpty()) {
      long now = System.nanoTime();
      long due = plan.rate() == 0 ? now : start + (long) (next * 1e9 / plan.rate());
      if (due > now) {
        return;
      }
      idle.poll().start(next++, due);
    }
  }

  private void collect(int millis) throws IOException {
    selector.select(millis);
    var keys = new ArrayList<>(selector.selectedKeys());
    selector.selectedKeys().clear();
    for (var key : keys) {
      var connection = (Connection) key.attachment();
      try {
        if (connection.read()) {
          idle.add(connection);
        }
      } catch (IOException _) {
        bad++;
        connection.channel.close();
        idle.add(new Connection());
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (var key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }
}

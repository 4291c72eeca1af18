package ai.chatflow.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// An HTTP server on one thread that does next to nothing: it plays a provider, or the receiver of
/// webhooks. The Content-Length decides where a request ends.
final class StandIn implements AutoCloseable {
  private static final int REQUEST = 256 * 1_024;

  private final ServerSocketChannel listener;
  private final Selector selector;
  private final Handler handler;
  private final Thread thread;

  /// Answers a request, or leaves it unanswered for ever with null.
  interface Handler {
    byte @Nullable [] answer(ByteBuffer request, long firstByteAt);
  }

  /// What is being received on one connection.
  private static final class Receiving {
    private final ByteBuffer in = ByteBuffer.allocate(REQUEST);
    private long firstByteAt;
  }

  StandIn(Handler handler) throws IOException {
    this.handler = handler;
    selector = Selector.open();
    listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_024);
    listener.configureBlocking(false);
    listener.register(selector, SelectionKey.OP_ACCEPT);
    thread = Thread.ofPlatform().daemon().name("stand-in").start(this::serve);
  }

  String url() {
    return "http://127.0.0.1:" + listener.socket().getLocalPort();
  }

  private void serve() {
    try {
      while (selector.isOpen()) {
        selector.select(this::handle);
      }
    } catch (ClosedSelectorException _) {
      // closed
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void handle(SelectionKey key) {
    try {
      if (key.isAcceptable()) {
        var channel = listener.accept();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, new Receiving());
      } else if (!read((SocketChannel) key.channel(), (Receiving) key.attachment())) {
        key.channel().close();
      }
    } catch (IOException _) {
      key.cancel();
    }
  }

  private boolean read(SocketChannel channel, Receiving receiving) throws IOException {
    if (receiving.in.position() == 0) {
      receiving.firstByteAt = System.nanoTime();
    }
    if (channel.read(receiving.in) < 0) {
      return false;
    }
    var seen = receiving.in.duplicate().flip();
    int end = HttpBytes.end(seen);
    if (end >= 0) {
      var answer = handler.answer(seen.limit(end), receiving.firstByteAt);
      receiving.in.clear();
      if (answer != null) {
        channel.write(ByteBuffer.wrap(answer));
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    selector.close();
    listener.close();
    thread.interrupt();
  }
}

package ai.chatflow.testing.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/// The simulator's own record of what it did: the ground truth of every count.
public final class BotLog {
  /// A call that was done. `messageId` is 0 where no message came of it.
  public record Done(String bot, String method, String chat, long messageId, JsonNode body) {}

  private final List<Done> done = new ArrayList<>();
  private final List<String> offences = new ArrayList<>();

  synchronized void add(Done call) {
    done.add(call);
  }

  synchronized void offended(String what) {
    offences.add(what);
  }

  /// Requests that Telegram would not understand: each is a mistake of the product's. Takes them
  /// away.
  public synchronized List<String> takeOffences() {
    var taken = List.copyOf(offences);
    offences.clear();
    return taken;
  }

  public synchronized List<Done> done() {
    return List.copyOf(done);
  }

  /// What went to a chat, typing left out.
  public List<Done> sentTo(String chat) {
    return done().stream()
        .filter(call -> call.chat().equals(chat) && !"sendChatAction".equals(call.method()))
        .toList();
  }

  public List<Done> of(String method) {
    return done().stream().filter(call -> call.method().equals(method)).toList();
  }
}

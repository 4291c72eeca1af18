package ai.chatflow.testing.twilio;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The simulator's own record of what it did: the ground truth of every count.
public final class TwilioLog {
  /// A message that was taken.
  public record Sent(String account, String sid, Map<String, String> form) {
    public String to() {
      return form.getOrDefault("To", "");
    }

    public String body() {
      return form.getOrDefault("Body", "");
    }
  }

  /// Another call that was done.
  public record Done(String account, String method, String path, Map<String, String> form) {}

  private final List<Sent> sent = new ArrayList<>();
  private final List<Done> done = new ArrayList<>();
  private final List<String> offences = new ArrayList<>();

  synchronized void add(Sent message) {
    sent.add(message);
  }

  synchronized void add(Done call) {
    done.add(call);
  }

  synchronized void offended(String what) {
    offences.add(what);
  }

  /// Requests and answers that Twilio would not understand: each is a mistake of the product's.
  /// Takes them away.
  public synchronized List<String> takeOffences() {
    var taken = List.copyOf(offences);
    offences.clear();
    return taken;
  }

  /// What was sent to a number.
  public synchronized List<Sent> sentTo(String number) {
    return sent.stream().filter(message -> message.to().equals(number)).toList();
  }

  /// Calls of an account other than sends.
  public synchronized List<Done> of(String account, String method) {
    return done.stream()
        .filter(call -> call.account().equals(account) && call.method().equals(method))
        .toList();
  }
}

package ai.chatflow.app.demo;

import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.model.ButtonReplyContent;
import ai.chatflow.sdk.model.Channel;
import ai.chatflow.sdk.model.CreateChannelRequest;
import ai.chatflow.sdk.model.CreateFlowRequest;
import ai.chatflow.sdk.model.CreateSandboxMessageRequest;
import ai.chatflow.sdk.model.Flow;
import ai.chatflow.sdk.model.HandsetContent;
import ai.chatflow.sdk.model.Message;
import ai.chatflow.sdk.model.SandboxConfigInput;
import ai.chatflow.sdk.model.TextContent;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/// Makes a sandbox channel and a flow, lets a person talk to it, prints what was said, and clears
/// both away again.
public final class Demo {
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int POLLS = 200;
  private static final int STEPS = 6;
  private static final int BAR = 30;

  private final ChatFlowClient client;
  private final RandomGenerator random;
  private final PrintStream out;

  public Demo(ChatFlowClient client, RandomGenerator random, PrintStream out) {
    this.client = client;
    this.random = random;
    this.out = out;
  }

  /// Plays the story.
  ///
  /// @return whether every answer came
  public boolean play() {
    progress(0, "making a sandbox channel");
    var channel =
        client
            .channels()
            .create(
                CreateChannelRequest.builder()
                    .name("Demo handset")
                    .config(SandboxConfigInput.builder().build())
                    .build());
    progress(1, "publishing a flow");
    var flow = publish(channel);
    try {
      return talk(channel, flow);
    } finally {
      client.flows().unpublish(flow.id());
      client.channels().delete(channel.id());
    }
  }

  private Flow publish(Channel channel) {
    var flow =
        client
            .flows()
            .create(
                CreateFlowRequest.builder()
                    .name("Demo: a plant shop")
                    .definition(DemoFlow.on(channel.id()))
                    .build());
    return client.flows().publish(flow.id());
  }

  private boolean talk(Channel channel, Flow flow) {
    var person = "+1650555" + random.nextInt(1000, 9000);
    List<HandsetContent> lines =
        List.of(
            TextContent.of("hello"),
            TextContent.of("Sheena"),
            ButtonReplyContent.builder().id("order").title("Where is my order?").build());
    var complete = true;
    var conversation = "";
    for (int i = 0; i < lines.size(); i++) {
      progress(2 + i, "Sheena writes");
      var message =
          client
              .sandbox()
              .createMessage(
                  channel.id(),
                  CreateSandboxMessageRequest.builder()
                      .from(person)
                      .name("Sheena Nelson")
                      .content(lines.get(i))
                      .build());
      conversation = message.conversationId();
      complete &= answered(conversation, 2 * (i + 1));
    }
    progress(STEPS, "done");
    out.println();
    out.println();
    print(conversation);
    out.println();
    out.printf("Flow %s answered on channel %s.%n", flow.id(), channel.id());
    return complete;
  }

  /// Waits until the conversation has so many messages and the last has reached the handset.
  private boolean answered(String conversation, int messages) {
    for (int i = 0; i < POLLS; i++) {
      var said = said(conversation);
      if (said.size() >= messages && said.getLast().deliveredAt().isPresent()) {
        return true;
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    return false;
  }

  private List<Message> said(String conversation) {
    var newestFirst = client.messages().list(p -> p.conversationId(conversation).limit(50)).data();
    return new ArrayList<>(newestFirst).reversed();
  }

  private void print(String conversation) {
    for (var message : said(conversation)) {
      var inbound = message.direction().value().equals("inbound");
      out.printf(
          "  %-9s %-10s %s%n",
          inbound ? "Sheena:" : "ChatFlow:",
          inbound ? "" : "[" + message.status().value() + "]",
          DemoFlow.text(message.content()));
    }
  }

  private void progress(int step, String text) {
    var done = step * BAR / STEPS;
    out.printf("\r[%s%s] %-28s", "#".repeat(done), ".".repeat(BAR - done), text);
    out.flush();
  }
}

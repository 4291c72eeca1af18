package ai.chatflow.scenarios;

import static ai.chatflow.scenarios.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.chatflow.sdk.ChatFlowClient;
import ai.chatflow.sdk.model.ContactCreatedEvent;
import ai.chatflow.sdk.model.CreateContactRequest;
import ai.chatflow.sdk.model.Event;
import ai.chatflow.sdk.model.MessageReceivedEvent;
import ai.chatflow.sdk.model.ProblemCode;
import ai.chatflow.sdk.model.UpdateContactRequest;
import ai.chatflow.testing.Inhabited;
import ai.chatflow.testing.TestWorkspace;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EventsIT {
  @RegisterExtension static final TestWorkspace WORKSPACE = new TestWorkspace();

  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void everythingThatHappensIsInTheLogInOrderWithoutAGap() {
    var client = newClient("In order");
    var contact = client.contacts().create(CreateContactRequest.builder().name("A").build());
    client.contacts().update(contact.id(), UpdateContactRequest.builder().name("B").build());
    client.contacts().delete(contact.id());

    var events = eventually(client, 3);

    assertThat(events)
        .extracting(Event::type)
        .containsExactly("contact.created", "contact.updated", "contact.deleted");
    assertThat(((ContactCreatedEvent) events.getFirst()).data().contact()).isEqualTo(contact);
    assertThat(positions(events)).containsExactlyElementsOf(consecutive(events));
  }

  @Test
  void aReaderGoesOnWhereItStopped() {
    var client = newClient("Resume");
    for (int i = 0; i < 25; i++) {
      client.contacts().create(CreateContactRequest.builder().name("C" + i).build());
    }
    var whole = eventually(client, 25);

    var read = new ArrayList<Event>();
    var cursor = client.events().list(p -> p.limit(7));
    read.addAll(cursor.data());
    while (cursor.hasMore()) {
      var from = cursor.nextCursor().orElseThrow();
      cursor = client.events().list(p -> p.limit(7).cursor(from));
      read.addAll(cursor.data());
    }
    var end = cursor.nextCursor().orElseThrow();

    assertThat(read).isEqualTo(whole);
    assertThat(positions(read)).containsExactlyElementsOf(consecutive(read));
    assertThat(client.events().list(p -> p.cursor(end)).data()).isEmpty();
    client.contacts().create(CreateContactRequest.builder().name("New").build());
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> assertThat(client.events().list(p -> p.cursor(end)).data()).hasSize(1));
  }

  @Test
  void theLogIsFilteredByType() {
    var client = newClient("Filtered");
    var channel = Inhabited.sandbox(client, "Handset");
    var inbound = Inhabited.write(client, channel, "+16505558000", "Hello");
    eventually(client, 4);

    var received = client.events().list(p -> p.type(List.of("message.received"))).stream().toList();
    var both =
        client.events().list(p -> p.type(List.of("message.received", "channel.created"))).stream()
            .map(Event::type)
            .toList();

    assertThat(received).hasSize(1);
    assertThat(((MessageReceivedEvent) received.getFirst()).data().message().id())
        .isEqualTo(inbound.id());
    assertThat(both).containsExactly("channel.created", "message.received");
    refusal(
        400,
        ProblemCode.INVALID_PARAMETER,
        () -> client.events().list(p -> p.type(List.of("nothing.happened"))));
  }

  @Test
  void aWorkspaceSeesNothingOfAnother() {
    var one = newClient("One");
    var two = newClient("Two");
    one.contacts().create(CreateContactRequest.builder().name("One").build());
    eventually(one, 1);

    assertThat(two.events().list().data()).isEmpty();
  }

  private static ChatFlowClient newClient(String name) {
    return WORKSPACE.client(WORKSPACE.another(name).liveKey()).build();
  }

  private static List<Event> eventually(ChatFlowClient client, int atLeast) {
    return await()
        .atMost(Duration.ofSeconds(15))
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> client.events().list(p -> p.limit(100)).stream().toList(),
            events -> events.size() >= atLeast);
  }

  private static List<Long> positions(List<Event> events) {
    return events.stream().map(event -> json(event).required("position").asLong()).toList();
  }

  private static List<Long> consecutive(List<Event> events) {
    var first = positions(events).getFirst();
    return LongStream.range(first, first + events.size()).boxed().toList();
  }

  private static JsonNode json(Event event) {
    return JSON.findAndRegisterModules().valueToTree(event);
  }
}

package ai.chatflow.messaging;

import ai.chatflow.api.model.ContactIdentity;
import ai.chatflow.api.model.ContactIdentityKind;
import ai.chatflow.api.model.Message;
import ai.chatflow.api.model.MessagePriority;
import ai.chatflow.api.model.MessageRecipient;
import ai.chatflow.api.model.MessageStatus;
import ai.chatflow.api.model.SendMessageRequest;
import ai.chatflow.api.model.TextContent;
import ai.chatflow.api.model.WhatsAppCloudConfigInput;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.ChannelService;
import ai.chatflow.channels.ChannelUpdates;
import ai.chatflow.channels.ChannelsModule;
import ai.chatflow.channels.InboundSink;
import ai.chatflow.channels.InboundUpdate;
import ai.chatflow.channels.InboundUpdate.MessageIn;
import ai.chatflow.channels.InboundUpdate.Origin;
import ai.chatflow.channels.InboundUpdate.StatusIn;
import ai.chatflow.channels.Party;
import ai.chatflow.channels.sandbox.SandboxAdapter;
import ai.chatflow.contacts.ContactsModule;
import ai.chatflow.media.AttachedFiles;
import ai.chatflow.media.LocalBlobs;
import ai.chatflow.media.MediaModule;
import ai.chatflow.messaging.intake.IntakeModule;
import ai.chatflow.messaging.sending.SendingModule;
import ai.chatflow.operations.OperationsModule;
import ai.chatflow.platform.Platform;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.MessageId;
import ai.chatflow.platform.ids.WorkspaceId;
import ai.chatflow.platform.lanes.LaneKey;
import ai.chatflow.platform.lanes.LanePauses;
import ai.chatflow.platform.lanes.ManualLanes;
import ai.chatflow.platform.lanes.WakeSignals;
import ai.chatflow.templates.TemplatesModule;
import ai.chatflow.testing.ManualClock;
import ai.chatflow.testing.TestDatabase;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A node with messages, on a real database: its clock stands, its lanes run when a test says so.
final class MessagingWorld implements AutoCloseable {
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  final TestDatabase database;
  final ManualClock clock;
  final FakeProvider provider = new FakeProvider();
  final ManualLanes lanes;
  final ChannelService channels;
  final MessagingModule messaging;
  final InboundSink ingest;
  final List<InboundWork> heard = new ArrayList<>();
  volatile Predicate<InboundListener.Candidate> unwanted = _ -> false;
  volatile Consumer<LaneKey> beforeSend = _ -> {};
  private final Platform platform;

  MessagingWorld() {
    this(TestDatabase.create(), ManualClock.atNow(), 1);
  }

  /// Another node on the database and the clock of `first`.
  MessagingWorld(MessagingWorld first) {
    this(first.database, first.clock, 2);
  }

  private MessagingWorld(TestDatabase database, ManualClock clock, long seed) {
    this.database = database;
    this.clock = clock;
    this.platform = Platform.wire(surroundings(seed));
    this.lanes = ManualLanes.over(platform.lanes());
    var contacts = ContactsModule.wire(platform);
    var sandbox = new SandboxAdapter(platform.db(), platform.lanes()::wake, platform.ids(), clock);
    var wired =
        ChannelsModule.wire(
            new ChannelsModule.Platform(
                platform.db(),
                platform.secrets(),
                platform.events(),
                platform.pages(),
                platform.ids(),
                platform.clock()),
            URI.create("https://chatflow.example"),
            List.of(provider, sandbox));
    this.channels = wired.service();
    var operations = OperationsModule.wire(platform).operations();
    var templates = TemplatesModule.wire(platform, channels, wired.connector(), operations);
    this.messaging =
        MessagingModule.wire(
            platform,
            contacts.contacts(),
            contacts.resolver(),
            channels,
            templates.sendable(),
            files(platform));
    var intake =
        IntakeModule.wire(
            platform, messaging, contacts, channels, templates.notices(), new Listener());
    this.ingest = intake.ingest();
    SendingModule.wire(platform, messaging, channels);
  }

  private static AttachedFiles files(Platform platform) {
    var blobs = new LocalBlobs(Path.of("target", "unused-media"));
    return MediaModule.wire(platform, URI.create("https://chatflow.example"), blobs, 1).files();
  }

  /// Hears all but what nobody is to hear.
  private final class Listener implements InboundListener {
    @Override
    public Set<MessageId> wanted(WorkspaceTx tx, List<InboundListener.Candidate> candidates) {
      return candidates.stream()
          .filter(c -> !unwanted.test(c))
          .map(InboundListener.Candidate::message)
          .collect(Collectors.toSet());
    }

    @Override
    public void onInbound(WorkspaceTx tx, InboundWork work) {
      heard.add(work);
    }
  }

  private Platform.Surroundings surroundings(long seed) {
    var pauses =
        new LanePauses() {
          @Override
          public void beforeSend(LaneKey lane) {
            beforeSend.accept(lane);
          }
        };
    return new Platform.Surroundings(
        database.openDb(),
        TestDatabase.MASTER_KEY,
        clock,
        clock,
        new SplittableRandom(seed),
        ManualLanes.SETTINGS,
        WakeSignals.NONE,
        pauses);
  }

  Db db() {
    return platform.db();
  }

  WorkspaceId newWorkspace() {
    return new WorkspaceId(platform.ids().next());
  }

  Channel newChannel(WorkspaceId workspace) {
    return newChannel(workspace, 80);
  }

  Channel newChannel(WorkspaceId workspace, int rate) {
    int number = NUMBERS.incrementAndGet();
    var config =
        WhatsAppCloudConfigInput.builder()
            .phoneNumberId("1000" + number)
            .wabaId("2000" + number)
            .appId("3000" + number)
            .accessToken("token")
            .appSecret("secret")
            .verifyToken("verify")
            .build();
    return channels.create(workspace, "Channel " + number, config, rate, null);
  }

  /// A person writes, which opens the window.
  void writes(Channel channel, String phone, String providerId) {
    ingest(channel, text(phone, providerId, "hello"));
  }

  MessageIn text(String phone, String providerId, String text) {
    return message(phone, providerId, text, Origin.CONTACT, null);
  }

  MessageIn echo(String phone, String providerId, String text) {
    return message(phone, providerId, text, Origin.ECHO, null);
  }

  MessageIn message(
      String phone, String providerId, String text, Origin origin, @Nullable MessageStatus status) {
    var party = new Party(List.of(new ContactIdentity(ContactIdentityKind.PHONE, phone)), "Ann");
    return new MessageIn(
        providerId,
        now(),
        party,
        origin,
        TextContent.builder().text(text).build(),
        null,
        null,
        null,
        status);
  }

  StatusIn status(String providerId, MessageStatus status, Instant at, @Nullable MessageId ours) {
    return new StatusIn(providerId, status, at, ours, null, null);
  }

  void ingest(Channel channel, InboundUpdate... updates) {
    ingest.accept(List.of(updates(channel, List.of(updates))));
  }

  static ChannelUpdates updates(Channel channel, List<InboundUpdate> updates) {
    return new ChannelUpdates(channel.workspace(), channel.id(), channel.type().value(), updates);
  }

  Message send(Channel channel, String phone, String text) {
    return send(channel, phone, text, MessagePriority.CONVERSATION, null);
  }

  Message send(
      Channel channel, String phone, String text, MessagePriority priority, @Nullable Instant at) {
    return accepted(
        messaging
            .messages()
            .send(channel.workspace(), List.of(request(channel, phone, text, priority, at)))
            .getFirst());
  }

  List<Message> sendAll(Channel channel, List<SendMessageRequest> requests) {
    return messaging.messages().send(channel.workspace(), requests).stream()
        .map(MessagingWorld::accepted)
        .toList();
  }

  static SendMessageRequest request(
      Channel channel, String phone, String text, MessagePriority priority, @Nullable Instant at) {
    return SendMessageRequest.builder()
        .channelId(channel.id())
        .to(MessageRecipient.builder().phone(phone).build())
        .content(TextContent.builder().text(text).build())
        .priority(priority)
        .scheduledAt(at)
        .build();
  }

  private static Message accepted(MessageSender.Verdict verdict) {
    return switch (verdict) {
      case MessageSender.Verdict.Accepted accepted -> accepted.message();
      case MessageSender.Verdict.Refused refused -> throw refused.reason();
    };
  }

  Message read(Message message) {
    return read(message.id());
  }

  Message read(MessageId id) {
    var workspace =
        (java.util.UUID)
            rows("select workspace_id from message where id = ?", id.value())
                .getFirst()
                .get("workspace_id");
    return messaging.messages().get(new WorkspaceId(workspace), id);
  }

  /// Lets time pass in steps that a resting lane notices, working what becomes due.
  void pass(Duration time) {
    var step = Duration.ofMillis(50);
    for (var left = time; left.isPositive(); left = left.minus(step)) {
      clock.advance(step);
      lanes.runDue();
    }
  }

  Instant now() {
    return clock.instant();
  }

  /// Rows as the owner of the tables sees them.
  List<Map<String, @Nullable Object>> rows(String sql, Object... arguments) {
    try (var connection = database.admin().getConnection();
        var statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < arguments.length; i++) {
        statement.setObject(i + 1, arguments[i]);
      }
      var rows = new ArrayList<Map<String, @Nullable Object>>();
      try (var found = statement.executeQuery()) {
        var columns = found.getMetaData();
        while (found.next()) {
          var row = new LinkedHashMap<String, @Nullable Object>();
          for (int i = 1; i <= columns.getColumnCount(); i++) {
            row.put(columns.getColumnName(i), found.getObject(i));
          }
          rows.add(row);
        }
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  long count(String sql, Object... arguments) {
    return (Long)
        java.util.Objects.requireNonNull(
            rows("select count(*) as n from " + sql, arguments).getFirst().get("n"));
  }

  void execute(String sql) {
    try (var connection = database.admin().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  @Override
  public void close() {
    database.close();
  }
}

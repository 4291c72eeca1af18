package ai.chatflow.templates;

import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.MessageTemplateSync;
import ai.chatflow.api.model.OperationKind;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.TemplateCatalogue.Known;
import ai.chatflow.channels.TemplateCatalogue.Listing;
import ai.chatflow.operations.LongWork;
import ai.chatflow.operations.Progress;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.MessageTemplateId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads all templates of an account, a page for each piece; then what the provider had and has no
/// more becomes deleted.
final class SyncWork implements LongWork<SyncWork.Cursor> {
  private static final int STRETCH = 500;

  private final Accounts accounts;
  private final SyncSchedule schedule;
  private final TemplateEvents events;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final TemplateStore templates = new TemplateStore();

  SyncWork(
      Accounts accounts,
      SyncSchedule schedule,
      TemplateEvents events,
      IdGenerator ids,
      InstantSource clock) {
    this.accounts = accounts;
    this.schedule = schedule;
    this.events = events;
    this.ids = ids;
    this.clock = clock;
  }

  /// @param since when it began; null until the first piece
  /// @param after where the next page begins; null for the first
  /// @param listed all pages were read
  /// @param answer the next page; null until it was asked for
  record Cursor(
      ChannelType type,
      String account,
      @Nullable Instant since,
      @Nullable String after,
      boolean listed,
      Counts counts,
      @Nullable Answer answer) {
    Account of() {
      return new Account(type, account);
    }
  }

  /// So many until now.
  record Counts(int found, int created, int changed, int deleted) {
    Counts plus(int moreFound, int moreCreated, int moreChanged, int moreDeleted) {
      return new Counts(
          found + moreFound, created + moreCreated, changed + moreChanged, deleted + moreDeleted);
    }

    Progress progress() {
      return new Progress(found, null);
    }
  }

  /// @param asOf the page is no older than that
  record Answer(Listing page, Instant asOf) {}

  static Cursor begin(Account account) {
    return new Cursor(
        account.type(), account.id(), null, null, false, new Counts(0, 0, 0, 0), null);
  }

  @Override
  public OperationKind kind() {
    return OperationKind.MESSAGE_TEMPLATE_SYNC;
  }

  @Override
  public Class<Cursor> cursorType() {
    return Cursor.class;
  }

  @Override
  public Step<Cursor> step(WorkspaceTx tx, Cursor cursor) {
    var since = cursor.since() == null ? clock.instant() : cursor.since();
    if (cursor.listed()) {
      return sweep(tx, cursor, since);
    }
    if (cursor.answer() == null) {
      var channel = accounts.channel(tx, cursor.of());
      return new Step.Ask<>(() -> asked(channel, cursor, since));
    }
    var page = cursor.answer().page();
    var counts = store(tx, cursor, cursor.answer());
    var next =
        new Cursor(
            cursor.type(), cursor.account(), since, page.next(), page.next() == null, counts, null);
    return new Step.Next<>(next, counts.progress());
  }

  private Cursor asked(Channel channel, Cursor cursor, Instant since) {
    var asOf = clock.instant().minus(SubmitWork.PRECISION);
    var page = accounts.catalogue(channel.type()).list(channel, cursor.after());
    return new Cursor(
        cursor.type(),
        cursor.account(),
        since,
        cursor.after(),
        false,
        cursor.counts(),
        new Answer(page, asOf));
  }

  private Counts store(WorkspaceTx tx, Cursor cursor, Answer answer) {
    var listed = new LinkedHashMap<String, Known>();
    answer.page().templates().forEach(known -> listed.put(key(known), known));
    var names = listed.values().stream().map(k -> k.definition().name()).toList();
    var languages = listed.values().stream().map(k -> k.definition().language()).toList();
    var before = new LinkedHashMap<String, Template>();
    templates
        .lock(tx, cursor.of(), names, languages)
        .forEach(t -> before.put(key(t.shown().name(), t.shown().language()), t));
    var now = clock.instant();
    var after = new ArrayList<Template>();
    var steps = new ArrayList<TemplateEvents.Step>();
    listed.forEach(
        (key, known) -> {
          var old = before.get(key);
          var read = read(cursor, old, known, answer.asOf(), now);
          after.add(read);
          steps.add(new TemplateEvents.Step(old, read));
        });
    templates.save(tx, after);
    events.append(tx, steps);
    int created = listed.size() - before.size();
    return cursor.counts().plus(listed.size(), created, changed(steps), 0);
  }

  private Template read(
      Cursor cursor, @Nullable Template old, Known known, Instant asOf, Instant now) {
    return old == null
        ? Template.found(new MessageTemplateId(ids.next()), cursor.of(), known, asOf, now)
        : old.read(known, asOf, now);
  }

  private static int changed(List<TemplateEvents.Step> steps) {
    return (int)
        steps.stream()
            .filter(s -> s.before() != null && s.after().version() != s.before().version())
            .count();
  }

  private Step<Cursor> sweep(WorkspaceTx tx, Cursor cursor, Instant since) {
    var unseen = templates.lockUnseen(tx, cursor.of(), since, STRETCH);
    var now = clock.instant();
    var steps = unseen.stream().map(t -> new TemplateEvents.Step(t, t.deleted(now))).toList();
    templates.save(tx, steps.stream().map(TemplateEvents.Step::after).toList());
    events.append(tx, steps);
    var counts = cursor.counts().plus(0, 0, 0, unseen.size());
    if (unseen.size() == STRETCH) {
      var next = new Cursor(cursor.type(), cursor.account(), since, null, true, counts, null);
      return new Step.Next<>(next, counts.progress());
    }
    schedule.synced(tx, cursor.of(), since);
    var result =
        MessageTemplateSync.builder()
            .found(counts.found())
            .created(counts.created())
            .changed(counts.changed())
            .deleted(counts.deleted())
            .build();
    return new Step.Done<>(result, new Progress(counts.found(), (long) counts.found()));
  }

  private static String key(Known known) {
    return key(known.definition().name(), known.definition().language());
  }

  private static String key(String name, String language) {
    return name + " " + language;
  }
}

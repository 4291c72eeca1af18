package ai.chatflow.templates;

import ai.chatflow.api.model.MessageTemplateStatus;
import ai.chatflow.api.model.OperationKind;
import ai.chatflow.api.model.Problem;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.TemplateCatalogue.Definition;
import ai.chatflow.channels.TemplateCatalogue.Known;
import ai.chatflow.operations.LongWork;
import ai.chatflow.operations.Progress;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.Conflict;
import ai.chatflow.platform.ids.MessageTemplateId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Submits a template, new or changed. Name and language are the provider's key, so the provider is
/// always asked first what it has: an answer that was lost is found again, and nothing is submitted
/// twice.
final class SubmitWork implements LongWork<SubmitWork.Cursor> {
  /// Webhooks tell whole seconds.
  static final Duration PRECISION = Duration.ofSeconds(1);

  private final Accounts accounts;
  private final TemplateStore templates = new TemplateStore();
  private final TemplateEvents events;
  private final InstantSource clock;

  SubmitWork(Accounts accounts, TemplateEvents events, InstantSource clock) {
    this.accounts = accounts;
    this.events = events;
    this.clock = clock;
  }

  /// @param answer what the provider has now; null until it was asked
  record Cursor(MessageTemplateId template, Definition definition, @Nullable Answer answer) {}

  /// @param asOf what is told of later than that is newer
  record Answer(Known known, Instant asOf) {}

  @Override
  public OperationKind kind() {
    return OperationKind.MESSAGE_TEMPLATE_SUBMIT;
  }

  @Override
  public Class<Cursor> cursorType() {
    return Cursor.class;
  }

  @Override
  public Step<Cursor> step(WorkspaceTx tx, Cursor cursor) {
    var template = accounts.template(tx, cursor.template());
    if (template.shown().status() == MessageTemplateStatus.DELETED) {
      throw new Conflict(ProblemCode.TEMPLATE_NOT_EDITABLE, "The template was deleted.");
    }
    if (cursor.answer() == null) {
      var channel = accounts.channel(tx, template.account());
      return new Step.Ask<>(() -> asked(channel, template, cursor));
    }
    var answer = cursor.answer();
    var now = clock.instant();
    var after = template.read(answer.known(), answer.asOf(), now);
    templates.save(tx, List.of(after));
    events.append(tx, List.of(new TemplateEvents.Step(template, after)));
    return new Step.Done<>(after.shown(), new Progress(1, 1L));
  }

  private Cursor asked(Channel channel, Template template, Cursor cursor) {
    var asOf = clock.instant().minus(PRECISION);
    var known = submit(channel, template, cursor.definition());
    return new Cursor(cursor.template(), cursor.definition(), new Answer(known, asOf));
  }

  private Known submit(Channel channel, Template template, Definition wanted) {
    var catalogue = accounts.catalogue(channel.type());
    var found = catalogue.find(channel, wanted.name(), wanted.language());
    if (found.isEmpty()) {
      return catalogue.create(channel, wanted);
    }
    var known = found.get();
    var ours = template.shown().providerTemplateId();
    boolean same = Contents.submittedAs(known.definition(), wanted);
    if (ours == null) {
      if (same) {
        return known;
      }
      throw new Conflict(
          ProblemCode.TEMPLATE_TAKEN, "The provider has another template of this name.");
    }
    if (same && known.definition().category() == wanted.category()) {
      return known;
    }
    catalogue.edit(channel, known, wanted);
    return new Known(
        known.providerId(),
        wanted,
        known.previousCategory(),
        MessageTemplateStatus.PENDING,
        "PENDING",
        known.quality(),
        null);
  }

  /// What was never taken becomes a draft; what the provider has stays as it has it.
  @Override
  public void abandoned(WorkspaceTx tx, Cursor cursor, @Nullable Problem why) {
    templates
        .lock(tx, cursor.template())
        .filter(t -> t.shown().status() == MessageTemplateStatus.SUBMITTING)
        .ifPresent(
            before -> {
              var detail =
                  why == null ? null : Objects.requireNonNullElse(why.detail(), why.title());
              var after = before.notTaken(detail, clock.instant());
              templates.save(tx, List.of(after));
              events.append(tx, List.of(new TemplateEvents.Step(before, after)));
            });
  }
}

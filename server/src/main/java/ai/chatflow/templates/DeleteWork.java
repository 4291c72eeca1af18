package ai.chatflow.templates;

import ai.chatflow.api.model.OperationKind;
import ai.chatflow.channels.Channel;
import ai.chatflow.operations.LongWork;
import ai.chatflow.operations.Progress;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.MessageTemplateId;
import java.time.InstantSource;
import java.util.List;

/// Deletes a template at the provider, then here. Doing it again is harmless.
final class DeleteWork implements LongWork<DeleteWork.Cursor> {
  private final Accounts accounts;
  private final TemplateStore templates = new TemplateStore();
  private final TemplateEvents events;
  private final InstantSource clock;

  DeleteWork(Accounts accounts, TemplateEvents events, InstantSource clock) {
    this.accounts = accounts;
    this.events = events;
    this.clock = clock;
  }

  /// @param gone the provider has it no more
  record Cursor(MessageTemplateId template, boolean gone) {}

  @Override
  public OperationKind kind() {
    return OperationKind.MESSAGE_TEMPLATE_DELETE;
  }

  @Override
  public Class<Cursor> cursorType() {
    return Cursor.class;
  }

  @Override
  public Step<Cursor> step(WorkspaceTx tx, Cursor cursor) {
    var before = accounts.template(tx, cursor.template());
    var providerId = before.shown().providerTemplateId();
    if (!cursor.gone() && providerId != null) {
      var channel = accounts.channel(tx, before.account());
      return new Step.Ask<>(() -> asked(channel, before, providerId));
    }
    var after = before.deleted(clock.instant());
    templates.save(tx, List.of(after));
    events.append(tx, List.of(new TemplateEvents.Step(before, after)));
    return new Step.Done<>(after.shown(), new Progress(1, 1L));
  }

  private Cursor asked(Channel channel, Template template, String providerId) {
    accounts.catalogue(channel.type()).delete(channel, providerId, template.shown().name());
    return new Cursor(template.id(), true);
  }
}

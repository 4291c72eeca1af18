package ai.chatflow.templates;

import ai.chatflow.api.model.CreateMessageTemplateRequest;
import ai.chatflow.api.model.MessageTemplateCategory;
import ai.chatflow.api.model.MessageTemplateParameterFormat;
import ai.chatflow.api.model.MessageTemplateStatus;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.api.model.UpdateMessageTemplateRequest;
import ai.chatflow.channels.TemplateCatalogue.Definition;
import ai.chatflow.operations.Operation;
import ai.chatflow.operations.OperationService;
import ai.chatflow.platform.db.Db;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.Conflict;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.http.ETags;
import ai.chatflow.platform.http.Page;
import ai.chatflow.platform.http.PageRequest;
import ai.chatflow.platform.ids.ChannelId;
import ai.chatflow.platform.ids.IdGenerator;
import ai.chatflow.platform.ids.MessageTemplateId;
import ai.chatflow.platform.ids.WorkspaceId;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The door to templates. What the provider has a say in is long work.
final class TemplateService {
  /// Meta, "Templates › Editing": approved, rejected and paused ones; a draft is ours alone.
  private static final Set<MessageTemplateStatus> EDITABLE =
      EnumSet.of(
          MessageTemplateStatus.DRAFT,
          MessageTemplateStatus.APPROVED,
          MessageTemplateStatus.FLAGGED,
          MessageTemplateStatus.REJECTED,
          MessageTemplateStatus.PAUSED);

  private final Db db;
  private final Accounts accounts;
  private final Works works;
  private final OperationService operations;
  private final TemplateEvents events;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final TemplateStore templates = new TemplateStore();

  TemplateService(
      Db db,
      Accounts accounts,
      Works works,
      OperationService operations,
      TemplateEvents events,
      IdGenerator ids,
      InstantSource clock) {
    this.db = db;
    this.accounts = accounts;
    this.works = works;
    this.operations = operations;
    this.events = events;
    this.ids = ids;
    this.clock = clock;
  }

  /// The kinds of long work with templates.
  record Works(SubmitWork submit, DeleteWork delete, SyncWork sync) {}

  Template get(WorkspaceId workspace, MessageTemplateId id) {
    return db.inTransaction(workspace, tx -> templates.find(tx, id))
        .orElseThrow(() -> Accounts.unknown(id));
  }

  /// What a list is asked for; null does not filter.
  record Wanted(
      @Nullable ChannelId channel,
      @Nullable MessageTemplateStatus status,
      @Nullable MessageTemplateCategory category,
      @Nullable String name,
      @Nullable String language) {}

  /// Newest first.
  Page<Template> list(WorkspaceId workspace, Wanted wanted, PageRequest page) {
    return page.newestFirst(
        (before, limit) ->
            db.inTransaction(
                workspace,
                tx ->
                    filter(tx, wanted)
                        .map(filter -> templates.list(tx, filter, before, limit))
                        .orElse(List.of())),
        template -> template.id().value());
  }

  /// Empty when the channel has no templates.
  private Optional<TemplateStore.Filter> filter(WorkspaceTx tx, Wanted wanted) {
    var channel = wanted.channel();
    var account = channel == null ? Optional.<Account>empty() : accounts.ofChannel(tx, channel);
    return channel != null && account.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new TemplateStore.Filter(
                account.orElse(null),
                wanted.status(),
                wanted.category(),
                wanted.name(),
                wanted.language()));
  }

  /// Checks a template and submits it.
  ///
  /// @param requestId of the request that asks for it
  Operation create(WorkspaceId workspace, CreateMessageTemplateRequest request, String requestId) {
    var definition =
        new Definition(
            request.name(),
            request.language(),
            request.category(),
            Objects.requireNonNullElse(
                request.parameterFormat(), MessageTemplateParameterFormat.POSITIONAL),
            request.components());
    return db.inTransaction(
        workspace,
        tx -> {
          var account = accounts.named(tx, request.channelId());
          check(definition);
          accounts.channel(tx, account);
          var template =
              Template.submitting(
                  new MessageTemplateId(ids.next()), account, definition, clock.instant());
          templates.forgetDeleted(tx, account, definition.name(), definition.language());
          if (!templates.insert(tx, template)) {
            throw new Conflict(
                ProblemCode.TEMPLATE_TAKEN,
                "The account has a template of this name in this language.");
          }
          events.append(tx, List.of(new TemplateEvents.Step(null, template)));
          return submit(tx, template.id(), definition, requestId);
        });
  }

  /// Submits a changed template; what is null stays.
  Operation update(
      WorkspaceId workspace,
      MessageTemplateId id,
      @Nullable String ifMatch,
      UpdateMessageTemplateRequest patch,
      String requestId) {
    var required = ETags.required(ifMatch);
    return db.inTransaction(
        workspace,
        tx -> {
          var before = accounts.template(tx, id);
          ETags.check(required, before.version());
          var definition = changed(before, patch);
          check(definition);
          accounts.channel(tx, before.account());
          var now = clock.instant();
          boolean draft = before.shown().status() == MessageTemplateStatus.DRAFT;
          var after = draft ? before.submittedAgain(definition, now) : before.claimed(now);
          templates.save(tx, List.of(after));
          events.append(tx, List.of(new TemplateEvents.Step(before, after)));
          return submit(tx, id, definition, requestId);
        });
  }

  private static Definition changed(Template before, UpdateMessageTemplateRequest patch) {
    var status = before.shown().status();
    if (!EDITABLE.contains(status)) {
      throw new Conflict(
          ProblemCode.TEMPLATE_NOT_EDITABLE, "The template is " + status.value() + ".");
    }
    var old = before.definition();
    var category = Objects.requireNonNullElse(patch.category(), old.category());
    boolean approved =
        status == MessageTemplateStatus.APPROVED || status == MessageTemplateStatus.FLAGGED;
    if (approved && category != old.category()) {
      throw new Invalid(
          ProblemCode.VALIDATION_FAILED,
          "An approved template keeps its category.",
          List.of(new FieldError("/category", "immutable", "Make another template.")));
    }
    return new Definition(
        old.name(),
        old.language(),
        category,
        old.parameterFormat(),
        Objects.requireNonNullElse(patch.components(), old.components()));
  }

  /// Deletes a template at the provider, and then here.
  Operation delete(
      WorkspaceId workspace, MessageTemplateId id, @Nullable String ifMatch, String requestId) {
    var required = ETags.required(ifMatch);
    return db.inTransaction(
        workspace,
        tx -> {
          var before = accounts.template(tx, id);
          ETags.check(required, before.version());
          if (before.shown().status() == MessageTemplateStatus.DELETED) {
            throw new Conflict(ProblemCode.TEMPLATE_NOT_EDITABLE, "The template is deleted.");
          }
          templates.save(tx, List.of(before.claimed(clock.instant())));
          return operations.begin(
              tx, works.delete(), new DeleteWork.Cursor(id, false), id.toString(), requestId);
        });
  }

  /// Reads the templates of the account of a channel.
  Operation sync(WorkspaceId workspace, ChannelId channel, String requestId) {
    return db.inTransaction(
        workspace,
        tx -> {
          var account = accounts.named(tx, channel);
          accounts.channel(tx, account);
          return operations.begin(
              tx, works.sync(), SyncWork.begin(account), channel.toString(), requestId);
        });
  }

  private Operation submit(
      WorkspaceTx tx, MessageTemplateId id, Definition definition, String requestId) {
    var cursor = new SubmitWork.Cursor(id, definition, null);
    return operations.begin(tx, works.submit(), cursor, id.toString(), requestId);
  }

  private static void check(Definition definition) {
    var errors = TemplateRules.check(definition);
    if (!errors.isEmpty()) {
      throw new Invalid(
          ProblemCode.VALIDATION_FAILED, "The provider would not take this template.", errors);
    }
  }
}

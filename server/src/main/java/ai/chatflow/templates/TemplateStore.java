package ai.chatflow.templates;

import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.MessageTemplate;
import ai.chatflow.api.model.MessageTemplateCategory;
import ai.chatflow.api.model.MessageTemplateComponent;
import ai.chatflow.api.model.MessageTemplateParameterFormat;
import ai.chatflow.api.model.MessageTemplateQuality;
import ai.chatflow.api.model.MessageTemplateStatus;
import ai.chatflow.channels.TemplateCatalogue.News;
import ai.chatflow.platform.db.Rows;
import ai.chatflow.platform.db.SystemTx;
import ai.chatflow.platform.db.Where;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.ids.MessageTemplateId;
import ai.chatflow.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/// SQL of templates.
final class TemplateStore {
  private static final String SELECT =
      """
      select id, channel_type, account, provider_id, name, language, category, previous_category,
        status, provider_status, quality, rejection_reason, rejection_detail, parameter_format,
        components, status_at, category_at, quality_at, seen_at, version, created_at, updated_at
      from message_template
      """;

  private static final String INSERT =
      """
      insert into message_template
        (workspace_id, id, channel_type, account, provider_id, name, language, category,
         previous_category, status, provider_status, quality, rejection_reason, rejection_detail,
         parameter_format, components, status_at, category_at, quality_at, seen_at, version,
         created_at, updated_at)
      select :workspace, n.id, n.channel_type, n.account, n.provider_id, n.name, n.language,
        n.category, n.previous_category, n.status, n.provider_status, n.quality,
        n.rejection_reason, n.rejection_detail, n.parameter_format, cast(n.components as jsonb),
        n.status_at, n.category_at, n.quality_at, n.seen_at, n.version, n.created_at, n.updated_at
      from unnest(:ids, :types, :accounts, :providerIds, :names, :languages, :categories,
        :previous, :statuses, :providerStatuses, :qualities, :reasons, :details, :formats,
        :components, :statusAt, :categoryAt, :qualityAt, :seenAt, :versions, :created, :updated)
        as n (id, channel_type, account, provider_id, name, language, category,
          previous_category, status, provider_status, quality, rejection_reason,
          rejection_detail, parameter_format, components, status_at, category_at, quality_at,
          seen_at, version, created_at, updated_at)
      order by n.id
      """;

  Optional<Template> find(WorkspaceTx tx, MessageTemplateId id) {
    return one(tx, id, "");
  }

  Optional<Template> lock(WorkspaceTx tx, MessageTemplateId id) {
    return one(tx, id, " for no key update");
  }

  /// What a list is narrowed down to; null does not filter.
  record Filter(
      @Nullable Account account,
      @Nullable MessageTemplateStatus status,
      @Nullable MessageTemplateCategory category,
      @Nullable String name,
      @Nullable String language) {}

  /// Newest first. Deleted ones only where they are asked for.
  List<Template> list(WorkspaceTx tx, Filter filter, @Nullable UUID before, int limit) {
    var account = filter.account();
    var status = filter.status();
    var category = filter.category();
    return new Where(tx, "workspace_id = :workspace")
        .and("channel_type = :type", "type", account == null ? null : account.type().value())
        .and("account = :account", "account", account == null ? null : account.id())
        .and("status = :status", "status", status == null ? null : status.value())
        .and("status <> :not", "not", status == null ? "deleted" : null)
        .and("category = :category", "category", category == null ? null : category.value())
        .and("name = :name", "name", filter.name())
        .and("language = :language", "language", filter.language())
        .and("id < :before", "before", before)
        .page(SELECT, "order by id desc", limit, TemplateStore::read);
  }

  /// Those of an account that have these names and languages, locked in the order of their ids.
  List<Template> lock(WorkspaceTx tx, Account account, List<String> names, List<String> languages) {
    return query(
            tx,
            account,
            """
            and (name, language) in (select * from unnest(:names, :languages))
            order by id for no key update
            """)
        .bindArray("names", String.class, names)
        .bindArray("languages", String.class, languages)
        .map((row, _) -> read(row))
        .list();
  }

  /// Those of an account that were spoken of, by the provider's id or by name and language.
  List<Template> lockHeard(WorkspaceTx tx, Account account, List<News> news) {
    return query(
            tx,
            account,
            """
            and (provider_id = any(:ids)
              or (name, language) in (select * from unnest(:names, :languages)))
            order by id for no key update
            """)
        .bindArray("ids", String.class, news.stream().map(News::providerId).toArray())
        .bindArray("names", String.class, news.stream().map(News::name).toArray())
        .bindArray("languages", String.class, news.stream().map(News::language).toArray())
        .map((row, _) -> read(row))
        .list();
  }

  /// Those that the provider had, and has no more: not seen since then.
  List<Template> lockUnseen(WorkspaceTx tx, Account account, Instant since, int limit) {
    return query(
            tx,
            account,
            """
            and provider_id is not null and status <> 'deleted' and seen_at < :since
            order by id limit :limit for no key update
            """)
        .bind("since", since)
        .bind("limit", limit)
        .map((row, _) -> read(row))
        .list();
  }

  /// False when the account has another one of this name and language.
  boolean insert(WorkspaceTx tx, Template template) {
    var insert =
        tx.handle()
            .createUpdate(
                INSERT
                    + """
                    on conflict (workspace_id, channel_type, account, name, language) do nothing
                    """);
    return bind(tx, insert, List.of(template)).execute() == 1;
  }

  /// Writes them, new ones and others.
  void save(WorkspaceTx tx, Collection<Template> templates) {
    if (templates.isEmpty()) {
      return;
    }
    var update =
        tx.handle()
            .createUpdate(
                INSERT
                    + """
                    on conflict (workspace_id, id) do update
                    set provider_id = excluded.provider_id, category = excluded.category,
                      previous_category = excluded.previous_category, status = excluded.status,
                      provider_status = excluded.provider_status, quality = excluded.quality,
                      rejection_reason = excluded.rejection_reason,
                      rejection_detail = excluded.rejection_detail,
                      parameter_format = excluded.parameter_format,
                      components = excluded.components, status_at = excluded.status_at,
                      category_at = excluded.category_at, quality_at = excluded.quality_at,
                      seen_at = excluded.seen_at, version = excluded.version,
                      updated_at = excluded.updated_at
                    """);
    bind(tx, update, List.copyOf(templates)).execute();
  }

  /// Makes room for a new one of this name and language.
  void forgetDeleted(WorkspaceTx tx, Account account, String name, String language) {
    tx.handle()
        .createUpdate(
            """
            delete from message_template
            where workspace_id = :workspace and channel_type = :type and account = :account
              and name = :name and language = :language and status = 'deleted'
            """)
        .bind("workspace", tx.workspace())
        .bind("type", account.type().value())
        .bind("account", account.id())
        .bind("name", name)
        .bind("language", language)
        .execute();
  }

  /// Deleted ones are shown for 30 days.
  static void expire(SystemTx tx) {
    tx.handle()
        .execute(
            """
            delete from message_template
            where status = 'deleted' and updated_at < now() - interval '30 days'
            """);
  }

  private Optional<Template> one(WorkspaceTx tx, MessageTemplateId id, String rest) {
    return tx.handle()
        .createQuery(SELECT + "where workspace_id = :workspace and id = :id" + rest)
        .bind("workspace", tx.workspace())
        .bind("id", id)
        .map((row, _) -> read(row))
        .findOne();
  }

  private static Query query(WorkspaceTx tx, Account account, String rest) {
    return tx.handle()
        .createQuery(
            SELECT
                + "where workspace_id = :workspace and channel_type = :type and account ="
                + " :account\n"
                + rest)
        .bind("workspace", tx.workspace())
        .bind("type", account.type().value())
        .bind("account", account.id());
  }

  private static Update bind(WorkspaceTx tx, Update statement, List<Template> rows) {
    var columns = new Columns(statement.bind("workspace", tx.workspace()), rows);
    columns.array("ids", MessageTemplateId.class, Template::id);
    columns.text("types", t -> t.shown().channelType().value());
    columns.text("accounts", t -> t.shown().accountId());
    columns.text("providerIds", t -> t.shown().providerTemplateId());
    columns.text("names", t -> t.shown().name());
    columns.text("languages", t -> t.shown().language());
    columns.text("categories", t -> t.shown().category().value());
    columns.text("previous", t -> t.shown().previousCategory());
    columns.text("statuses", t -> t.shown().status().value());
    columns.text("providerStatuses", t -> t.shown().providerStatus());
    columns.text("qualities", t -> t.shown().qualityScore().value());
    columns.text("reasons", t -> t.shown().rejectionReason());
    columns.text("details", t -> t.shown().rejectionDetail());
    columns.text("formats", t -> t.shown().parameterFormat().value());
    columns.text("components", t -> Json.write(t.shown().components()));
    columns.array("statusAt", Instant.class, t -> t.fresh().status());
    columns.array("categoryAt", Instant.class, t -> t.fresh().category());
    columns.array("qualityAt", Instant.class, t -> t.fresh().quality());
    columns.array("seenAt", Instant.class, Template::seenAt);
    columns.array("versions", Integer.class, Template::version);
    columns.array("created", Instant.class, t -> t.shown().createdAt());
    columns.array("updated", Instant.class, t -> t.shown().updatedAt());
    return statement;
  }

  /// Binds a column of all rows.
  private record Columns(Update statement, List<Template> rows) {
    <T> void array(String name, Class<T> type, Function<Template, @Nullable T> column) {
      statement.bindArray(name, type, rows.stream().map(column).toArray());
    }

    void text(String name, Function<Template, @Nullable String> column) {
      array(name, String.class, column);
    }
  }

  private static Template read(ResultSet row) throws SQLException {
    var seen = row.getObject("seen_at", OffsetDateTime.class);
    return new Template(
        MessageTemplate.builder()
            .id(new MessageTemplateId(row.getObject("id", UUID.class)))
            .channelType(ChannelType.fromString(row.getString("channel_type")))
            .accountId(row.getString("account"))
            .providerTemplateId(row.getString("provider_id"))
            .name(row.getString("name"))
            .language(row.getString("language"))
            .category(MessageTemplateCategory.fromString(row.getString("category")))
            .previousCategory(row.getString("previous_category"))
            .status(MessageTemplateStatus.fromString(row.getString("status")))
            .providerStatus(row.getString("provider_status"))
            .qualityScore(MessageTemplateQuality.fromString(row.getString("quality")))
            .rejectionReason(row.getString("rejection_reason"))
            .rejectionDetail(row.getString("rejection_detail"))
            .parameterFormat(
                MessageTemplateParameterFormat.fromString(row.getString("parameter_format")))
            .components(Json.readList(row.getString("components"), MessageTemplateComponent.class))
            .createdAt(Rows.instant(row, "created_at"))
            .updatedAt(Rows.instant(row, "updated_at"))
            .build(),
        new Template.Freshness(
            Rows.instant(row, "status_at"),
            Rows.instant(row, "category_at"),
            Rows.instant(row, "quality_at")),
        seen == null ? null : seen.toInstant(),
        row.getInt("version"));
  }
}

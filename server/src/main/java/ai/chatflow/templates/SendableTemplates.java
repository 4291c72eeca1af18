package ai.chatflow.templates;

import ai.chatflow.api.model.MessageTemplateCategory;
import ai.chatflow.api.model.MessageTemplateComponent;
import ai.chatflow.api.model.MessageTemplateStatus;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.api.model.TemplateContent;
import ai.chatflow.channels.Channel;
import ai.chatflow.platform.db.WorkspaceTx;
import ai.chatflow.platform.errors.FieldError;
import ai.chatflow.platform.errors.Invalid;
import ai.chatflow.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Holds what is to be sent against the templates that are known.
public final class SendableTemplates {
  /// Meta, "Templates › Template status": these are refused (132001, 132015, 132016). Of the others
  /// the provider decides.
  private static final Set<MessageTemplateStatus> REFUSED =
      EnumSet.of(
          MessageTemplateStatus.DRAFT,
          MessageTemplateStatus.SUBMITTING,
          MessageTemplateStatus.PENDING,
          MessageTemplateStatus.IN_APPEAL,
          MessageTemplateStatus.PAUSED,
          MessageTemplateStatus.REJECTED,
          MessageTemplateStatus.DISABLED,
          MessageTemplateStatus.LIMIT_EXCEEDED,
          MessageTemplateStatus.PENDING_DELETION,
          MessageTemplateStatus.DELETED);

  public SendableTemplates() {}

  /// A template that somebody wants to send.
  public record Wanted(Channel channel, TemplateContent content) {}

  private record Key(Account account, String name, String language) {}

  /// What is known of a template.
  ///
  /// @param status null when the account was read and has none of this name and language
  private record Stored(
      @Nullable MessageTemplateStatus status,
      @Nullable MessageTemplateCategory category,
      List<MessageTemplateComponent> components) {}

  /// What is known of the templates of some messages.
  public static final class Known {
    private final Map<Key, Stored> stored;

    private Known(Map<Key, Stored> stored) {
      this.stored = Map.copyOf(stored);
    }

    /// @throws Invalid when the template cannot be sent, or not with these values. Nothing is said
    ///   of templates that are not known, on an account that was never read
    public void check(Channel channel, TemplateContent content) {
      var found = key(channel, content).map(stored::get).orElse(null);
      if (found == null) {
        return;
      }
      if (found.status() == null) {
        throw invalid(
            ProblemCode.TEMPLATE_UNKNOWN,
            "The account has no template " + content.name() + " in " + content.language() + ".",
            new FieldError("/content/name", "not_found", "names no template of the account"));
      }
      if (REFUSED.contains(found.status())) {
        var status = found.status().value();
        throw invalid(
            ProblemCode.TEMPLATE_NOT_SENDABLE,
            "The template is " + status + ".",
            new FieldError("/content/name", status, "names a template that is " + status));
      }
      var faults = TemplateFit.check(found.category(), found.components(), content);
      if (!faults.isEmpty()) {
        throw new Invalid(
            ProblemCode.TEMPLATE_MISMATCH, "The values do not fit the template.", faults);
      }
    }

    private static Invalid invalid(ProblemCode code, String detail, FieldError error) {
      return new Invalid(code, detail, List.of(error));
    }
  }

  /// Looks them all up with one statement; without any, with none.
  public Known look(WorkspaceTx tx, Collection<Wanted> wanted) {
    var keys =
        wanted.stream().flatMap(w -> key(w.channel(), w.content()).stream()).distinct().toList();
    var stored = new HashMap<Key, Stored>();
    if (!keys.isEmpty()) {
      read(tx, keys, stored);
    }
    return new Known(stored);
  }

  private static void read(WorkspaceTx tx, List<Key> keys, Map<Key, Stored> stored) {
    tx.query(
        """
        select w.place, t.status, t.category, t.components,
          a.synced_at is not null and (a.stale_at is null or a.stale_at < a.synced_at) as complete
        from unnest(:places, :types, :accounts, :names, :languages)
          as w (place, type, account, name, language)
        left join template_account a
          on a.workspace_id = :workspace and a.channel_type = w.type and a.account = w.account
        left join message_template t
          on t.workspace_id = :workspace and t.channel_type = w.type and t.account = w.account
          and t.name = w.name and t.language = w.language
        """,
        values ->
            values
                .bind("workspace", tx.workspace())
                .bindArray("places", Integer.class, places(keys.size()))
                .bindArray(
                    "types",
                    String.class,
                    keys.stream().map(k -> k.account().type().value()).toArray())
                .bindArray(
                    "accounts", String.class, keys.stream().map(k -> k.account().id()).toArray())
                .bindArray("names", String.class, keys.stream().map(Key::name).toArray())
                .bindArray("languages", String.class, keys.stream().map(Key::language).toArray()),
        row -> keep(row, keys, stored));
  }

  private static Integer[] places(int count) {
    var places = new Integer[count];
    for (int i = 0; i < count; i++) {
      places[i] = i;
    }
    return places;
  }

  private static int keep(ResultSet row, List<Key> keys, Map<Key, Stored> stored)
      throws SQLException {
    int place = row.getInt("place");
    String status = row.getString("status");
    if (status != null) {
      stored.put(
          keys.get(place),
          new Stored(
              MessageTemplateStatus.fromString(status),
              MessageTemplateCategory.fromString(row.getString("category")),
              Json.readList(row.getString("components"), MessageTemplateComponent.class)));
    } else if (row.getBoolean("complete")) {
      stored.put(keys.get(place), new Stored(null, null, List.of()));
    }
    return place;
  }

  private static Optional<Key> key(Channel channel, TemplateContent content) {
    return Account.of(channel).map(account -> new Key(account, content.name(), content.language()));
  }
}

package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.api.model.MessageTemplateCategory;
import ai.chatflow.api.model.MessageTemplateParameterFormat;
import ai.chatflow.api.model.MessageTemplateQuality;
import ai.chatflow.api.model.MessageTemplateStatus;
import ai.chatflow.channels.InboundUpdate.NoticeIn;
import ai.chatflow.channels.TemplateCatalogue.Change;
import ai.chatflow.channels.TemplateCatalogue.Definition;
import ai.chatflow.channels.TemplateCatalogue.Known;
import ai.chatflow.channels.TemplateCatalogue.News;
import ai.chatflow.channels.wire.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads how templates stand: from lists, and from the webhooks `message_template_status_update`,
/// `message_template_quality_update`, `template_category_update` and
/// `message_template_components_update`. Source: Meta, "Templates", "Webhooks › reference".
final class TemplateStates {
  private static final int WORD = 60;
  private static final int REASON = 200;
  private static final int DETAIL = 4_000;

  private TemplateStates() {}

  /// Empty when it has no id, name or language: what cannot be named is not kept.
  static Optional<Known> known(JsonNode node) {
    String id = Json.text(node, "id");
    String name = Json.text(node, "name");
    String language = Json.text(node, "language");
    if (id == null || name == null || language == null) {
      return Optional.empty();
    }
    boolean fits = id.length() <= WORD && name.length() <= 512 && language.length() <= 20;
    return fits ? Optional.of(known(node, id, name, language)) : Optional.empty();
  }

  private static Known known(JsonNode node, String id, String name, String language) {
    String status = word(node, "status");
    String previous = word(node, "previous_category");
    return new Known(
        id,
        new Definition(
            name,
            language,
            category(node, "category"),
            TemplateReader.known(
                    node, "parameter_format", MessageTemplateParameterFormat::fromString)
                .orElse(MessageTemplateParameterFormat.POSITIONAL),
            TemplateReader.components(node)),
        previous == null ? null : previous.toLowerCase(Locale.ROOT),
        status(status),
        status == null ? "UNKNOWN" : status,
        quality(Json.objectOrEmpty(node, "quality_score"), "score"),
        reason(node, "rejected_reason"));
  }

  static MessageTemplateStatus status(@Nullable String word) {
    return switch (word == null ? "" : word.toUpperCase(Locale.ROOT)) {
      case "PENDING" -> MessageTemplateStatus.PENDING;
      case "IN_APPEAL", "APPEAL_REQUESTED" -> MessageTemplateStatus.IN_APPEAL;
      case "APPROVED", "REINSTATED", "UNARCHIVED" -> MessageTemplateStatus.APPROVED;
      case "FLAGGED" -> MessageTemplateStatus.FLAGGED;
      case "PAUSED" -> MessageTemplateStatus.PAUSED;
      case "REJECTED" -> MessageTemplateStatus.REJECTED;
      case "DISABLED" -> MessageTemplateStatus.DISABLED;
      case "LIMIT_EXCEEDED" -> MessageTemplateStatus.LIMIT_EXCEEDED;
      case "LOCKED" -> MessageTemplateStatus.LOCKED;
      case "ARCHIVED" -> MessageTemplateStatus.ARCHIVED;
      case "PENDING_DELETION" -> MessageTemplateStatus.PENDING_DELETION;
      case "DELETED" -> MessageTemplateStatus.DELETED;
      default -> MessageTemplateStatus.UNKNOWN;
    };
  }

  static MessageTemplateCategory category(JsonNode node, String member) {
    return TemplateReader.known(node, member, MessageTemplateCategory::fromString)
        .orElse(MessageTemplateCategory.OTHER);
  }

  /// Webhooks write languages as `en-US`, lists and requests as `en_US`.
  static Optional<News> news(NoticeIn notice) {
    JsonNode value = notice.payload();
    String name = Json.text(value, "message_template_name");
    String language = Json.text(value, "message_template_language");
    if (name == null || language == null) {
      return Optional.empty();
    }
    String id = Json.text(value, "message_template_id");
    return change(notice.field(), value)
        .map(change -> new News(id, name, language.replace('-', '_'), notice.at(), change));
  }

  private static Optional<Change> change(String field, JsonNode value) {
    return switch (field) {
      case "message_template_status_update" ->
          Optional.ofNullable(word(value, "event")).map(event -> status(event, value));
      case "message_template_quality_update" ->
          Optional.of(new Change.Quality(quality(value, "new_quality_score")));
      // without a new one it only says what is to come
      case "template_category_update" ->
          Optional.ofNullable(word(value, "new_category")).map(_ -> category(value));
      case "message_template_components_update" -> Optional.of(new Change.Content());
      default -> Optional.empty();
    };
  }

  private static Change category(JsonNode value) {
    String previous = word(value, "previous_category");
    return new Change.Category(
        category(value, "new_category"),
        previous == null ? null : previous.toLowerCase(Locale.ROOT));
  }

  /// `rejection_info` says why it was rejected, `other_info` which pause it is, `disable_info`
  /// since when it is disabled.
  private static Change status(String event, JsonNode value) {
    JsonNode other = Json.objectOrEmpty(value, "other_info");
    String detail = Json.text(Json.objectOrEmpty(value, "rejection_info"), "reason");
    if (detail == null) {
      detail = Json.text(other, "description");
    }
    String title = reason(other, "title");
    return new Change.Status(
        status(event),
        event,
        title == null ? reason(value, "reason") : title,
        TemplateReader.cut(detail, DETAIL));
  }

  private static MessageTemplateQuality quality(JsonNode node, String member) {
    return TemplateReader.known(node, member, MessageTemplateQuality::fromString)
        .orElse(MessageTemplateQuality.UNKNOWN);
  }

  /// `NONE` is Meta's word for none.
  private static @Nullable String reason(JsonNode node, String member) {
    String reason = Json.text(node, member);
    return reason == null || "NONE".equalsIgnoreCase(reason)
        ? null
        : TemplateReader.cut(reason.toLowerCase(Locale.ROOT), REASON);
  }

  private static @Nullable String word(JsonNode node, String member) {
    return TemplateReader.cut(Json.text(node, member), WORD);
  }
}

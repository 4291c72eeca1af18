package ai.chatflow.templates;

import ai.chatflow.api.model.MessageTemplate;
import ai.chatflow.api.model.MessageTemplateQuality;
import ai.chatflow.api.model.MessageTemplateStatus;
import ai.chatflow.channels.TemplateCatalogue.Change;
import ai.chatflow.channels.TemplateCatalogue.Definition;
import ai.chatflow.channels.TemplateCatalogue.Known;
import ai.chatflow.channels.TemplateCatalogue.News;
import ai.chatflow.platform.ids.MessageTemplateId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A template and how fresh what is known of it is.
///
/// @param fresh by the provider's clock; what is older than that changes nothing
/// @param seenAt when the provider last had it; null until then
/// @param version counts changes; the ETag
record Template(MessageTemplate shown, Freshness fresh, @Nullable Instant seenAt, int version) {
  /// Since when the parts that webhooks tell of are as they are.
  record Freshness(Instant status, Instant category, Instant quality) {
    static final Freshness NONE = new Freshness(Instant.EPOCH, Instant.EPOCH, Instant.EPOCH);
  }

  /// One that is about to be submitted.
  static Template submitting(
      MessageTemplateId id, Account account, Definition definition, Instant now) {
    var shown =
        MessageTemplate.builder()
            .id(id)
            .channelType(account.type())
            .accountId(account.id())
            .name(definition.name())
            .language(definition.language())
            .category(definition.category())
            .status(MessageTemplateStatus.SUBMITTING)
            .qualityScore(MessageTemplateQuality.UNKNOWN)
            .parameterFormat(definition.parameterFormat())
            .components(definition.components())
            .createdAt(now)
            .updatedAt(now)
            .build();
    return new Template(shown, Freshness.NONE, null, 1);
  }

  /// One that was found at the provider.
  static Template found(
      MessageTemplateId id, Account account, Known known, Instant asOf, Instant now) {
    return submitting(id, account, known.definition(), now).read(known, asOf, now).atVersion(1);
  }

  MessageTemplateId id() {
    return shown.id();
  }

  Account account() {
    return new Account(shown.channelType(), shown.accountId());
  }

  Definition definition() {
    return new Definition(
        shown.name(),
        shown.language(),
        shown.category(),
        shown.parameterFormat(),
        shown.components());
  }

  /// As the provider has it.
  ///
  /// @param asOf the provider's answer is no older than that
  Template read(Known known, Instant asOf, Instant now) {
    var next = shown.toBuilder().providerTemplateId(known.providerId());
    next.parameterFormat(known.definition().parameterFormat());
    // links to examples are signed anew at each look
    if (!Contents.same(known.definition().components(), shown.components())) {
      next.components(known.definition().components());
    }
    var status = fresh.status();
    if (!status.isAfter(asOf)) {
      status = asOf;
      boolean moved = shown.status() != known.status();
      next.status(known.status()).providerStatus(known.providerStatus());
      if (moved || known.rejectionReason() != null) {
        next.rejectionReason(known.rejectionReason());
      }
      if (moved) {
        next.rejectionDetail(null);
      }
    }
    var category = fresh.category();
    if (!category.isAfter(asOf)) {
      category = asOf;
      next.category(known.definition().category()).previousCategory(known.previousCategory());
    }
    var quality = fresh.quality();
    if (!quality.isAfter(asOf)) {
      quality = asOf;
      next.qualityScore(known.quality());
    }
    return changed(next.build(), new Freshness(status, category, quality), now).seen(now);
  }

  /// After a webhook; one that is older than what is known changes nothing.
  Template heard(News news, Instant now) {
    var at = news.at();
    var next = shown.toBuilder();
    if (shown.providerTemplateId() == null) {
      next.providerTemplateId(news.providerId());
    }
    return switch (news.change()) {
      case Change.Status(var status, var word, var reason, var detail)
          when !fresh.status().isAfter(at) -> {
        next.status(status).providerStatus(word).rejectionReason(reason).rejectionDetail(detail);
        yield changed(next.build(), new Freshness(at, fresh.category(), fresh.quality()), now);
      }
      case Change.Category(var category, var previous) when !fresh.category().isAfter(at) -> {
        next.category(category).previousCategory(previous);
        yield changed(next.build(), new Freshness(fresh.status(), at, fresh.quality()), now);
      }
      case Change.Quality(var quality) when !fresh.quality().isAfter(at) -> {
        next.qualityScore(quality);
        yield changed(next.build(), new Freshness(fresh.status(), fresh.category(), at), now);
      }
      case Change.Status _, Change.Category _, Change.Quality _, Change.Content _ -> this;
    };
  }

  /// A draft that is submitted again.
  Template submittedAgain(Definition definition, Instant now) {
    var next =
        shown.toBuilder()
            .category(definition.category())
            .components(definition.components())
            .status(MessageTemplateStatus.SUBMITTING)
            .rejectionDetail(null);
    return changed(next.build(), fresh, now);
  }

  /// The provider did not take it.
  Template notTaken(@Nullable String why, Instant now) {
    var next = shown.toBuilder().status(MessageTemplateStatus.DRAFT).rejectionDetail(why);
    return changed(next.build(), fresh, now);
  }

  Template deleted(Instant now) {
    var next = shown.toBuilder().status(MessageTemplateStatus.DELETED).build();
    return changed(next, fresh, now);
  }

  /// Somebody decided on it by what he read, so that whoever read the same is too late.
  Template claimed(Instant now) {
    return new Template(shown.toBuilder().updatedAt(now).build(), fresh, seenAt, version + 1);
  }

  /// The names of the members that differ, as the contract writes them.
  List<String> differences(Template before) {
    var names = new ArrayList<String>();
    compare(names, before, "provider_template_id", MessageTemplate::providerTemplateId);
    compare(names, before, "category", MessageTemplate::category);
    compare(names, before, "previous_category", MessageTemplate::previousCategory);
    compare(names, before, "status", MessageTemplate::status);
    compare(names, before, "provider_status", MessageTemplate::providerStatus);
    compare(names, before, "quality_score", MessageTemplate::qualityScore);
    compare(names, before, "rejection_reason", MessageTemplate::rejectionReason);
    compare(names, before, "rejection_detail", MessageTemplate::rejectionDetail);
    compare(names, before, "parameter_format", MessageTemplate::parameterFormat);
    compare(names, before, "components", MessageTemplate::components);
    return names;
  }

  private void compare(
      List<String> names,
      Template before,
      String name,
      Function<MessageTemplate, @Nullable Object> member) {
    if (!Objects.equals(member.apply(shown), member.apply(before.shown))) {
      names.add(name);
    }
  }

  private Template changed(MessageTemplate next, Freshness freshness, Instant now) {
    return next.equals(shown)
        ? new Template(shown, freshness, seenAt, version)
        : new Template(next.toBuilder().updatedAt(now).build(), freshness, seenAt, version + 1);
  }

  private Template seen(Instant now) {
    return new Template(shown, fresh, now, version);
  }

  private Template atVersion(int number) {
    return new Template(shown, fresh, seenAt, number);
  }
}

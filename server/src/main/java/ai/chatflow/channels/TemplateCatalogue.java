package ai.chatflow.channels;

import ai.chatflow.api.model.MessageTemplateCategory;
import ai.chatflow.api.model.MessageTemplateComponent;
import ai.chatflow.api.model.MessageTemplateParameterFormat;
import ai.chatflow.api.model.MessageTemplateQuality;
import ai.chatflow.api.model.MessageTemplateStatus;
import ai.chatflow.channels.InboundUpdate.NoticeIn;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The templates of an account at a provider that reviews them. Calls block, outside of any
/// transaction, and throw `Upstream`: `PROVIDER_REFUSED` for good, `UPSTREAM_ERROR` where the same
/// may work later or the answer was lost.
public interface TemplateCatalogue {
  /// A page of all templates of the account that the channel belongs to.
  ///
  /// @param after `Listing.next` of the page before; null for the first one
  Listing list(Channel channel, @Nullable String after);

  /// The one of this name and language, which are the provider's key.
  Optional<Known> find(Channel channel, String name, String language);

  /// Submits a new one. Refused where the name and language are taken.
  Known create(Channel channel, Definition definition);

  /// Submits one again, with other components or another category.
  ///
  /// @param before what the provider has; what is the same in it is not sent
  void edit(Channel channel, Known before, Definition after);

  /// Deletes one, in its language only. One that is gone is none to complain of.
  void delete(Channel channel, String providerId, String name);

  /// What a notice says about a template; empty when it is about something else.
  Optional<News> read(NoticeIn notice);

  /// What a template says.
  record Definition(
      String name,
      String language,
      MessageTemplateCategory category,
      MessageTemplateParameterFormat parameterFormat,
      List<MessageTemplateComponent> components) {
    public Definition {
      components = List.copyOf(components);
    }
  }

  /// A template as the provider has it.
  ///
  /// @param providerStatus the status in the provider's words
  record Known(
      String providerId,
      Definition definition,
      @Nullable String previousCategory,
      MessageTemplateStatus status,
      String providerStatus,
      MessageTemplateQuality quality,
      @Nullable String rejectionReason) {}

  /// @param next null on the last page
  record Listing(List<Known> templates, @Nullable String next) {
    public Listing {
      templates = List.copyOf(templates);
    }
  }

  /// Something happened to a template.
  ///
  /// @param at by the provider's clock
  record News(
      @Nullable String providerId, String name, String language, Instant at, Change change) {}

  /// What happened to it.
  sealed interface Change {
    /// Its status.
    record Status(
        MessageTemplateStatus status,
        String providerStatus,
        @Nullable String reason,
        @Nullable String detail)
        implements Change {}

    /// What people think of it.
    record Quality(MessageTemplateQuality quality) implements Change {}

    /// The provider found that it is something else.
    record Category(MessageTemplateCategory category, @Nullable String previous)
        implements Change {}

    /// Its content; it has to be read again.
    record Content() implements Change {}
  }
}

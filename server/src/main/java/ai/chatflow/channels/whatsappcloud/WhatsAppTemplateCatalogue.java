package ai.chatflow.channels.whatsappcloud;

import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.api.model.WhatsAppCloudConfig;
import ai.chatflow.channels.Channel;
import ai.chatflow.channels.InboundUpdate.NoticeIn;
import ai.chatflow.channels.Secret;
import ai.chatflow.channels.TemplateCatalogue;
import ai.chatflow.channels.wire.Json;
import ai.chatflow.channels.wire.ProviderHttp.Answer;
import ai.chatflow.platform.errors.Upstream;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The templates of a WhatsApp Business Account. Source: Meta, "WhatsApp Business Account › Message
/// Templates", "WhatsApp Message Template".
final class WhatsAppTemplateCatalogue implements TemplateCatalogue {
  private static final int OK = 200;
  private static final int PAGE = 50;
  private static final int LONGEST_CODE = 60;
  private static final String FIELDS =
      "id,name,language,status,category,previous_category,quality_score,rejected_reason,"
          + "parameter_format,components";

  /// "Error codes": there is no such object, or no template of this name and language.
  private static final Set<Integer> GONE = Set.of(33, 2_593_002);

  private final GraphClient graph;

  WhatsAppTemplateCatalogue(GraphClient graph) {
    this.graph = graph;
  }

  @Override
  public Listing list(Channel channel, @Nullable String after) {
    String query = "?fields=" + FIELDS + "&limit=" + PAGE;
    return listing(channel, after == null ? query : query + "&after=" + encoded(after));
  }

  @Override
  public Optional<Known> find(Channel channel, String name, String language) {
    String after = null;
    do {
      String query = "?fields=" + FIELDS + "&limit=" + PAGE + "&name=" + encoded(name);
      var page = listing(channel, after == null ? query : query + "&after=" + encoded(after));
      for (Known known : page.templates()) {
        var definition = known.definition();
        // `name` finds names that contain it, too
        if (definition.name().equals(name) && definition.language().equals(language)) {
          return Optional.of(known);
        }
      }
      after = page.next();
    } while (after != null);
    return Optional.empty();
  }

  @Override
  public Known create(Channel channel, Definition definition) {
    var body = TemplateWriter.creation(definition);
    var answer = call(channel, "POST", account(channel) + "/message_templates", body);
    ObjectNode whole = Json.MAPPER.createObjectNode();
    whole.setAll(body);
    // the answer says id, status, and the category that Meta found it to be
    whole.setAll(answer);
    return TemplateStates.known(whole)
        .orElseThrow(() -> unclear("The provider took the template, but gave it no id."));
  }

  @Override
  public void edit(Channel channel, Known before, Definition after) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    if (before.definition().category() != after.category()) {
      body.set("category", TemplateWriter.creation(after).get("category"));
    }
    body.set("components", TemplateWriter.components(after));
    call(channel, "POST", version(channel) + encoded(before.providerId()), body);
  }

  @Override
  public void delete(Channel channel, String providerId, String name) {
    String query = "?hsm_id=" + encoded(providerId) + "&name=" + encoded(name);
    var answer = ask(channel, "DELETE", account(channel) + "/message_templates" + query, null);
    // somebody was quicker, or an earlier answer was lost
    if (!GONE.contains(Json.objectOrEmpty(answer.body(), "error").path("error_subcode").asInt())) {
      read(answer);
    }
  }

  @Override
  public Optional<News> read(NoticeIn notice) {
    return TemplateStates.news(notice);
  }

  private Listing listing(Channel channel, String query) {
    var answer = call(channel, "GET", account(channel) + "/message_templates" + query, null);
    var templates =
        Json.elements(answer, "data").stream()
            .flatMap(item -> TemplateStates.known(item).stream())
            .toList();
    JsonNode paging = Json.objectOrEmpty(answer, "paging");
    String after = Json.text(Json.objectOrEmpty(paging, "cursors"), "after");
    return new Listing(templates, paging.has("next") ? after : null);
  }

  private ObjectNode call(Channel channel, String method, String path, @Nullable JsonNode body) {
    return read(ask(channel, method, path, body));
  }

  private Answer.Answered ask(
      Channel channel, String method, String path, @Nullable JsonNode body) {
    Secret token = channel.credential();
    if (token == null) {
      throw new Upstream(
          ProblemCode.PROVIDER_REFUSED,
          "The channel has no access token.",
          ChannelType.WHATSAPP_CLOUD.value(),
          null,
          null);
    }
    return switch (graph.manage(method, path, token, body)) {
      case Answer.NotSent(String detail) -> throw unclear(detail);
      case Answer.Lost(String detail) -> throw unclear(detail);
      case Answer.Answered answered -> answered;
    };
  }

  private static ObjectNode read(Answer.Answered answered) {
    JsonNode error = Json.objectOrEmpty(answered.body(), "error");
    if (error.isEmpty()) {
      if (answered.status() == OK) {
        return answered.body();
      }
      throw unclear("HTTP " + answered.status());
    }
    throw refusal(error);
  }

  /// What the person who wrote the template can act on stands in `error_user_msg`.
  private static Upstream refusal(JsonNode error) {
    var reason = WhatsAppErrors.messageError(error);
    String told = Json.text(error, "error_user_msg");
    String subcode = Json.text(error, "error_subcode");
    String main = Json.text(error, "code");
    String code = main == null || subcode == null ? main : main + "/" + subcode;
    return new Upstream(
        reason.retryable() ? ProblemCode.UPSTREAM_ERROR : ProblemCode.PROVIDER_REFUSED,
        told == null ? reason.detail() : TemplateReader.cutTo(told, 2_000),
        ChannelType.WHATSAPP_CLOUD.value(),
        TemplateReader.cut(code, LONGEST_CODE),
        TemplateReader.cut(Json.text(error, "fbtrace_id"), 200));
  }

  private static Upstream unclear(String detail) {
    return new Upstream(
        ProblemCode.UPSTREAM_ERROR, detail, ChannelType.WHATSAPP_CLOUD.value(), null, null);
  }

  private static String account(Channel channel) {
    return version(channel) + config(channel).wabaId();
  }

  private static String version(Channel channel) {
    return "/" + config(channel).apiVersion() + "/";
  }

  private static WhatsAppCloudConfig config(Channel channel) {
    if (channel.config() instanceof WhatsAppCloudConfig config) {
      return config;
    }
    throw new IllegalArgumentException("not a WhatsApp channel: " + channel.id());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}

package ai.chatflow.content;

import ai.chatflow.api.model.ButtonLimits;
import ai.chatflow.api.model.ChannelCapabilities;
import ai.chatflow.api.model.ContentLimits;
import ai.chatflow.api.model.ContentSupport;
import ai.chatflow.api.model.ContentSupport.SupportEnum;
import ai.chatflow.api.model.CtaUrlLimits;
import ai.chatflow.api.model.FileLimits;
import ai.chatflow.api.model.ListLimits;
import ai.chatflow.api.model.SendableType;
import ai.chatflow.platform.ids.ChannelId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Domain to contract. Limits of what a channel does not carry are left out.
public final class CapabilitiesMapper {
  private CapabilitiesMapper() {}

  public static ChannelCapabilities toApi(ChannelId channel, Capabilities can) {
    return ChannelCapabilities.builder()
        .channelId(channel)
        .types(
            Arrays.stream(SendableType.values())
                .map(type -> support(can, ContentType.of(type)))
                .toList())
        .limits(limits(can))
        .windowSeconds(can.window() == null ? null : can.window().toSeconds())
        .build();
  }

  private static ContentSupport support(Capabilities can, ContentType type) {
    if (can.sendable().contains(type)) {
      return new ContentSupport(type.sendable(), SupportEnum.NATIVE, null);
    }
    return Fallback.forms(can, type).stream()
        .findFirst()
        .map(form -> new ContentSupport(type.sendable(), SupportEnum.ADAPTED, form.sendable()))
        .orElseGet(() -> new ContentSupport(type.sendable(), SupportEnum.UNSUPPORTED, null));
  }

  private static ContentLimits limits(Capabilities can) {
    var limits = ContentLimits.builder().text(can.text());
    if (any(can, ContentType.IMAGE, ContentType.VIDEO, ContentType.DOCUMENT)) {
      limits.caption(can.caption());
    }
    if (any(can, ContentType.BUTTONS, ContentType.LIST, ContentType.CTA_URL)) {
      limits.heading(can.heading());
    }
    if (any(can, ContentType.CONTACTS)) {
      limits.contactCards(can.contactCards());
    }
    if (any(can, ContentType.BUTTONS, ContentType.LIST)) {
      limits.idBytes(can.idBytes());
    }
    if (any(can, ContentType.BUTTONS)) {
      var buttons = can.buttons();
      limits.buttons(
          new ButtonLimits(buttons.body(), buttons.count(), buttons.title(), buttons.id()));
    }
    if (any(can, ContentType.LIST)) {
      limits._list(list(can.list()));
    }
    if (any(can, ContentType.CTA_URL)) {
      limits.ctaUrl(new CtaUrlLimits(can.cta().body(), can.cta().label()));
    }
    if (!can.files().isEmpty()) {
      limits.files(files(can));
    }
    return limits.build();
  }

  private static List<FileLimits> files(Capabilities can) {
    return can.files().entrySet().stream()
        .filter(limit -> can.sendable().contains(limit.getKey()))
        .sorted(Map.Entry.comparingByKey())
        .map(
            limit ->
                new FileLimits(
                    limit.getKey().sendable(),
                    limit.getValue().bytes(),
                    limit.getValue().mimeTypes().stream().sorted().toList()))
        .toList();
  }

  private static ListLimits list(Capabilities.Rows list) {
    return ListLimits.builder()
        .text(list.body())
        .button(list.label())
        .sections(list.sections())
        .sectionTitle(list.sectionTitle())
        .rows(list.rows())
        .title(list.title())
        .description(list.description())
        .id(list.id())
        .build();
  }

  private static boolean any(Capabilities can, ContentType... types) {
    return Arrays.stream(types).anyMatch(can.sendable()::contains);
  }
}

package ai.chatflow.templates;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.api.model.ChannelType;
import ai.chatflow.api.model.MessageTemplateBody;
import ai.chatflow.api.model.MessageTemplateCategory;
import ai.chatflow.api.model.MessageTemplateHeader;
import ai.chatflow.api.model.MessageTemplateHeaderFormat;
import ai.chatflow.api.model.MessageTemplateParameterFormat;
import ai.chatflow.api.model.MessageTemplateQuality;
import ai.chatflow.api.model.MessageTemplateStatus;
import ai.chatflow.channels.TemplateCatalogue.Change;
import ai.chatflow.channels.TemplateCatalogue.Definition;
import ai.chatflow.channels.TemplateCatalogue.Known;
import ai.chatflow.channels.TemplateCatalogue.News;
import ai.chatflow.platform.ids.MessageTemplateId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TemplateTest {
  private static final Instant START = Instant.parse("2026-01-15T09:30:00Z");
  private static final Account ACCOUNT = new Account(ChannelType.WHATSAPP_CLOUD, "800");

  private final Template approved =
      Template.found(
          new MessageTemplateId(new UUID(0, 1)),
          ACCOUNT,
          known(MessageTemplateStatus.APPROVED, "link one"),
          START,
          START);

  @Test
  void whatIsOlderThanWhatIsKnownChangesNothing() {
    var paused = approved.heard(status(20, MessageTemplateStatus.PAUSED, "PAUSED"), START);

    var late = paused.heard(status(10, MessageTemplateStatus.APPROVED, "APPROVED"), START);
    var again = paused.heard(status(20, MessageTemplateStatus.PAUSED, "PAUSED"), START);

    assertThat(paused.shown().status()).isEqualTo(MessageTemplateStatus.PAUSED);
    assertThat(paused.version()).isEqualTo(2);
    assertThat(paused.differences(approved)).containsExactly("status", "provider_status");
    assertThat(late).isEqualTo(paused);
    assertThat(again).isEqualTo(paused);
  }

  @Test
  void thePartsOfATemplateHaveTheirOwnOrder() {
    var paused = approved.heard(status(20, MessageTemplateStatus.PAUSED, "PAUSED"), START);

    var judged =
        paused
            .heard(news(10, new Change.Quality(MessageTemplateQuality.RED)), START)
            .heard(
                news(15, new Change.Category(MessageTemplateCategory.MARKETING, "utility")), START);

    assertThat(judged.shown().status()).isEqualTo(MessageTemplateStatus.PAUSED);
    assertThat(judged.shown().qualityScore()).isEqualTo(MessageTemplateQuality.RED);
    assertThat(judged.shown().category()).isEqualTo(MessageTemplateCategory.MARKETING);
    assertThat(judged.shown().previousCategory()).isEqualTo("utility");
    assertThat(judged.differences(paused))
        .containsExactly("category", "previous_category", "quality_score");
  }

  @Test
  void aReadingThatBeganBeforeAWebhookDoesNotUndoIt() {
    var paused = approved.heard(status(20, MessageTemplateStatus.PAUSED, "PAUSED"), START);
    var known = known(MessageTemplateStatus.APPROVED, "link one");

    var older = paused.read(known, START.plusSeconds(19), START);
    var newer = paused.read(known, START.plusSeconds(21), START);

    assertThat(older.shown().status()).isEqualTo(MessageTemplateStatus.PAUSED);
    assertThat(newer.shown().status()).isEqualTo(MessageTemplateStatus.APPROVED);
  }

  @Test
  void anotherLinkToTheSameExampleIsNoChange() {
    var again =
        approved.read(
            known(MessageTemplateStatus.APPROVED, "link two"), START.plusSeconds(60), START);

    assertThat(again.differences(approved)).isEmpty();
    assertThat(again.version()).isEqualTo(approved.version());
  }

  private static News status(int second, MessageTemplateStatus status, String word) {
    return news(second, new Change.Status(status, word, null, null));
  }

  private static News news(int second, Change change) {
    return new News("1", "a_name", "en_US", START.plusSeconds(second), change);
  }

  private static Known known(MessageTemplateStatus status, String link) {
    var header =
        MessageTemplateHeader.builder()
            .format(MessageTemplateHeaderFormat.IMAGE)
            .mediaHandle(link)
            .build();
    return new Known(
        "1",
        new Definition(
            "a_name",
            "en_US",
            MessageTemplateCategory.UTILITY,
            MessageTemplateParameterFormat.POSITIONAL,
            List.of(header, MessageTemplateBody.builder().text("Hi.").build())),
        null,
        status,
        status.value().toUpperCase(java.util.Locale.ROOT),
        MessageTemplateQuality.GREEN,
        null);
  }
}

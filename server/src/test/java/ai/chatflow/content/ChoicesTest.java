package ai.chatflow.content;

import static org.assertj.core.api.Assertions.assertThat;

import ai.chatflow.api.model.ButtonReplyContent;
import ai.chatflow.api.model.ButtonsContent;
import ai.chatflow.api.model.ListContent;
import ai.chatflow.api.model.ListReplyContent;
import ai.chatflow.api.model.ListRow;
import ai.chatflow.api.model.ListSection;
import ai.chatflow.api.model.MessageContent;
import ai.chatflow.api.model.ReplyButton;
import ai.chatflow.api.model.TextContent;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChoicesTest {
  private static final ButtonsContent ASKED =
      ButtonsContent.builder()
          .text("How many?")
          .buttons(
              List.of(
                  new ReplyButton("one", "Just me"),
                  new ReplyButton("two", "Öfter"),
                  new ReplyButton("three", "2")))
          .build();

  @ParameterizedTest
  @CsvSource({
    "1, one",
    "' 1 ', one",
    "1., one",
    "1), one",
    "(1), one",
    "#1, one",
    "１, one",
    "١, one",
    "1️⃣, one",
    "3, three",
    "just ME, one",
    "'just  me!', one",
    "'1. Just me', one",
    "ÖFTER, two",
    // "o" and a combining diaeresis, as some keyboards type it
    "Öfter, two",
    // a title counts before a number
    "2, three"
  })
  void aNumberOrATitleIsAChoice(String said, String id) {
    var answer = (ButtonReplyContent) Fallback.answer(ASKED, said).orElseThrow();

    assertThat(answer.id()).isEqualTo(id);
    assertThat(answer.typedText()).isEqualTo(said);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "4", "-1", "1 or 2", "12345678901", "me", "yes", "1.5", "..."})
  void anythingElseIsNone(String said) {
    assertThat(Fallback.answer(ASKED, said)).isEmpty();
  }

  @Test
  void whatGoesOnForPagesIsNone() {
    assertThat(Fallback.answer(ASKED, "1" + " ".repeat(100_000))).isEmpty();
  }

  @Test
  void aTitleThatTwoRowsShareIsNone() {
    MessageContent asked =
        ListContent.builder()
            .text("?")
            .button("Open")
            .sections(
                List.of(
                    new ListSection("A", List.of(new ListRow("a1", "Other", null))),
                    new ListSection("B", List.of(new ListRow("b1", "Other", "of B")))))
            .build();

    assertThat(Fallback.answer(asked, "other")).isEmpty();
    assertThat(Fallback.answer(asked, "2"))
        .contains(new ListReplyContent(null, "b1", "Other", "of B", "2"));
  }

  @Test
  void whatOffersNoChoiceHasNoAnswer() {
    assertThat(Fallback.answer(TextContent.builder().text("1. Yes").build(), "1")).isEmpty();
  }
}

package ai.chatflow.channels.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.channels.wire.Form.Field;
import ai.chatflow.testing.Seeds;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FormTest {
  @Test
  void aFormIsReadInItsOrder() {
    var form = Form.parse("b=1&a=x+y%26%2B&&c&d=&a=Ol%C3%A9&e=1=2");

    assertThat(form.fields())
        .containsExactly(
            new Field("b", "1"),
            new Field("a", "x y&+"),
            new Field("c", ""),
            new Field("d", ""),
            new Field("a", "Olé"),
            new Field("e", "1=2"));
    assertThat(form.first("a")).isEqualTo("x y&+");
    assertThat(form.first("z")).isNull();
    assertThat(Form.parse("").fields()).isEmpty();
  }

  @Test
  void whatIsNoFormIsMalformed() {
    for (String text : List.of("a=%", "a=%zz", "%f", "a=1&b=%2", "a&".repeat(1_001))) {
      assertThatThrownBy(() -> Form.parse(text))
          .as(text)
          .isInstanceOf(MalformedWebhook.class)
          .hasMessageContaining("The body");
    }
  }

  @Test
  void anObjectHoldsNothingThatNoDatabaseStores() {
    var object = Form.parse("a=x%00y&b=%ED%A0%80&a=second").toJson();

    assertThat(object.path("a").asText()).isEqualTo("xy");
    assertThat(object.path("b").asText()).matches("\uFFFD+");
    assertThat(object).hasSize(2);
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    var random = Seeds.random("FormTest");
    for (int i = 0; i < 2_000; i++) {
      var fields = new ArrayList<Field>();
      for (int j = random.nextInt(5); j >= 0; j--) {
        fields.add(new Field("f" + text(random), text(random)));
      }
      assertThat(Form.parse(new Form(fields).encoded()).fields()).isEqualTo(fields);
    }
  }

  private static String text(java.util.random.RandomGenerator random) {
    var text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      int point = random.nextInt(0x1_0FFF);
      text.appendCodePoint(Character.getType(point) == Character.SURROGATE ? '&' : point);
    }
    return text.toString();
  }
}

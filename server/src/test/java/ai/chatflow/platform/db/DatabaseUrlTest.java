package ai.chatflow.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DatabaseUrlTest {
  @Test
  void aUrlOfEitherSchemeIsReadWithItsParameters() {
    assertThat(DatabaseUrl.parse("postgres://ann:p%40ss+w@db.example:6543/chat?sslmode=require"))
        .isEqualTo(
            new DatabaseUrl(
                "jdbc:postgresql://db.example:6543/chat?sslmode=require", "ann", "p@ss+w"));
    assertThat(DatabaseUrl.parse("postgresql://ann@db/chat").password()).isEmpty();
  }

  @Test
  void aMalformedUrlIsRefusedWithoutBeingRepeated() {
    assertThatThrownBy(() -> DatabaseUrl.parse("mysql://root:secret@db/x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("secret");
  }

  @Test
  void thePasswordIsNotPrinted() {
    assertThat(DatabaseUrl.parse("postgres://ann:secret@db/chat?password=secret").toString())
        .doesNotContain("secret");
  }
}

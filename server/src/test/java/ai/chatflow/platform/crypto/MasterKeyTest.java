package ai.chatflow.platform.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.junit.jupiter.api.Test;

class MasterKeyTest {
  @Test
  void theSameLabelGivesTheSameBytesAndAnotherLabelOthers() {
    var key = MasterKey.fromBase64(Base64.getEncoder().encodeToString(new byte[32]));

    assertThat(key.derive("a", 32)).isEqualTo(new MasterKey(new byte[32]).derive("a", 32));
    assertThat(key.derive("a", 32)).isNotEqualTo(key.derive("b", 32));
    assertThat(key).hasToString("MasterKey[***]");
  }

  @Test
  void aKeyOfTheWrongLengthIsRefusedWithASentenceThatSaysWhatToDo() {
    assertThatThrownBy(() -> MasterKey.fromBase64("c2hvcnQ="))
        .hasMessageContaining("openssl rand -base64 32")
        .hasMessageNotContaining("c2hvcnQ=");
    assertThatThrownBy(() -> MasterKey.fromBase64("%%%")).hasMessageContaining("32 random bytes");
  }
}

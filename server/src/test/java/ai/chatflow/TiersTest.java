package ai.chatflow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TiersTest {
  private final Tiers tiers = Tiers.read();

  @Test
  void aFeatureUsesOnlyTheRowsAboveIt() {
    assertThat(tiers.mayUse("messaging", "contacts")).isTrue();
    assertThat(tiers.mayUse("contacts", "messaging")).isFalse();
  }

  @Test
  void withinARowItUsesWhatStandsToItsLeft() {
    assertThat(tiers.mayUse("insights", "campaigns")).isTrue();
    assertThat(tiers.mayUse("campaigns", "insights")).isFalse();
  }

  @Test
  void featuresPartedByABarNeverUseEachOther() {
    assertThat(tiers.mayUse("channels", "contacts")).isFalse();
    assertThat(tiers.mayUse("contacts", "channels")).isFalse();
  }
}

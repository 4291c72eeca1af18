package ai.chatflow.platform.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.chatflow.platform.errors.Invalid;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MergePatchTest {
  @Test
  void aKeyIsSetAndNullRemovesOne() {
    var patch = new HashMap<String, String>();
    patch.put("b", "2");
    patch.put("a", null);
    patch.put("c", null);

    assertThat(MergePatch.metadata(Map.of("a", "1", "z", "26"), patch))
        .isEqualTo(Map.of("b", "2", "z", "26"));
    assertThat(MergePatch.metadata(Map.of("a", "1"), null)).isEqualTo(Map.of("a", "1"));
  }

  @Test
  void patchesTogetherMakeNoMoreThanOneRequestMay() {
    var full = numbered(0, 50);

    assertThat(MergePatch.metadata(full, Map.of("0", "another"))).hasSize(50);
    assertThatThrownBy(() -> MergePatch.metadata(full, Map.of("50", "x")))
        .isInstanceOfSatisfying(
            Invalid.class,
            refusal ->
                assertThat(refusal.errors())
                    .singleElement()
                    .satisfies(error -> assertThat(error.pointer()).isEqualTo("/metadata")));
  }

  @Test
  void whatHasTooManyAlreadyCanLoseSome() {
    var patch = new HashMap<String, String>();
    patch.put("0", null);

    assertThat(MergePatch.metadata(numbered(0, 60), patch)).hasSize(59);
  }

  private static Map<String, String> numbered(int from, int to) {
    return IntStream.range(from, to)
        .boxed()
        .collect(Collectors.toMap(String::valueOf, String::valueOf));
  }
}

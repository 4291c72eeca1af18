package ai.chatflow.platform.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplatesTest {
  private static final Map<String, Object> VALUES =
      Map.of(
          "contact", Map.of("name", "Ann Lee", "attributes", Map.of("visits", 3L, "rate", 2.5)),
          "big", "x".repeat(60_000),
          "huge", "1e999999999",
          "now", ZonedDateTime.parse("2026-01-15T09:30:00Z"));

  private final Templates templates = new Templates();

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      textBlock =
          """
          Hi {{ contact.name }}                                             => Hi Ann Lee
          {{ contact.gone | default: "there" }}                             => there
          {{ contact.attributes.visits | plus: 1 }}                         => 4
          {{ contact.attributes.rate }}                                     => 2.5
          {{ contact.attributes.rate | times: 2 }}                          => 5.0
          {{ contact['name'] | upcase | replace: " ", "-" }}                => ANN-LEE
          {% if contact.attributes.visits > 2 %}many{% else %}few{% endif %}=> many
          {% assign x = "a,b" | split: "," %}{% for i in x %}[{{ i }}]{% endfor %} => [a][b]
          {{ "now" | date: "%Y-%m-%d" }}                                    => 2026-01-15
          {% assign y = 9 %}{% for i in (1..40) %}{% assign y = y | times: y %}{% endfor %}{{ y }} => 2725214336233504769
          {{ huge | plus: 1 }}                                              => 1
          no braces at all                                                  => no braces at all
          """)
  void rendersLiquid(String template, String expected) {
    assertThat(templates.render(template, VALUES)).isEqualTo(expected);
  }

  @Test
  void saysWhichVariablesItReads() {
    var template =
        templates.compile(
            """
            {% assign own = contact.attributes.plan %}{{ own }}
            {% for tag in contact.tags %}{{ tag | append: variables.suffix }}{% endfor %}
            {% if message.text contains "x" %}{{ contact["name"] }}{% endif %}\
            """);

    assertThat(template.variables())
        .containsExactlyInAnyOrder(
            List.of("contact", "attributes", "plan"),
            List.of("contact", "tags"),
            List.of("variables", "suffix"),
            List.of("message", "text"),
            List.of("contact", "name"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ contact.name",
        "{% if contact.name %}",
        "{% include 'file' %}",
        "{% capture x %}a{% endcapture %}",
        "{% cycle 'a', 'b' %}",
        "{% tablerow i in x %}{% endtablerow %}",
        "{% increment x %}",
        "{% unknown %}",
        "{{ contact.name | unknown }}",
        "{{ contact.name | strip_html }}",
        "{{ contact.name | where_exp: 'a', 'b' }}"
      })
  void refusesWhatItCannotReadOrDoesNotAllow(String template) {
    assertThatThrownBy(() -> templates.compile(template)).isInstanceOf(TemplateException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ big }}{{ big }}",
        "{{ big | append: big }}",
        "{{ big | replace: 'x', 'yyyy' }}",
        "{{ big | replace: '', 'yyyy' }}",
        "{% assign y = 'ab' %}{% for i in (1..40) %}{% assign y = y | append: y %}{% endfor %}",
        "{% for i in (1..2000) %}.{% endfor %}",
        "{% for i in (1..40) %}{% for j in (1..40) %}.{% endfor %}{% endfor %}",
        "{{ 1.5 | round: 1000000000 }}",
        "{{ 'now' | date: '%1000000000d' }}"
      })
  void stopsWhatWouldGrowWithoutBounds(String template) {
    var compiled = templates.compile(template);

    assertThatThrownBy(() -> compiled.render(VALUES)).isInstanceOf(TemplateException.class);
  }

  @Test
  void refusesATemplateThatIsTooLong() {
    assertThatThrownBy(() -> templates.compile("{{ a }}" + "x".repeat(Templates.MAX_TEMPLATE)))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("longer than");
  }

  @Test
  void compilesOnceAndKeepsIt() {
    assertThat(templates.compile("{{ a }}")).isSameAs(templates.compile("{{ a }}"));
  }

  @Test
  void threadsThatRenderOneTemplateNeverSeeEachOthersValues() throws Exception {
    var template = templates.compile("{% for i in (1..50) %}{{ who }}{% endfor %}");

    try (var threads = Executors.newFixedThreadPool(4)) {
      var running = new ArrayList<Future<String>>();
      for (int i = 0; i < 2_000; i++) {
        var who = Map.of("who", (char) ('a' + i % 26));
        running.add(threads.submit(() -> template.render(who)));
      }
      for (int i = 0; i < running.size(); i++) {
        String expected = String.valueOf((char) ('a' + i % 26)).repeat(50);
        assertThat(running.get(i).get()).isEqualTo(expected);
      }
    }
  }
}

package ai.chatflow.platform.text;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import liqp.Template;
import liqp.TemplateParser;
import liqp.parser.Flavor;

/// Compiles Liquid templates and keeps the compiled form. Allowed are output, `if`, `unless`,
/// `case`, `for`, `assign`, `comment`, `raw` and the filters of `SafeFilters`.
///
/// Limits: a template of 64 Ki characters, a text of 64 Ki characters, 1,000 loop rounds in all.
public final class Templates {
  static final int MAX_TEMPLATE = 65_536;
  static final int MAX_RENDERED = 65_536;
  static final int MAX_ITERATIONS = 1_000;
  private static final long CACHED_CHARACTERS = 8_000_000;

  private final TemplateParser parser = parser();
  private final Cache<String, TextTemplate> cache =
      Caffeine.newBuilder()
          .maximumWeight(CACHED_CHARACTERS)
          .weigher((String source, TextTemplate _) -> source.length() + 200)
          .build();

  /// Compiles, or takes from the cache.
  ///
  /// @throws TemplateException when the text is no template, or one that is not allowed
  public TextTemplate compile(String source) {
    if (!isTemplate(source)) {
      return TextTemplate.plain(source);
    }
    return cache.get(source, this::compileNew);
  }

  /// `compile` and `render` in one.
  public String render(String source, Map<String, ?> values) {
    return compile(source).render(values);
  }

  private static boolean isTemplate(String source) {
    return source.contains("{{") || source.contains("{%");
  }

  private TextTemplate compileNew(String source) {
    if (source.length() > MAX_TEMPLATE) {
      throw new TemplateException("The template is longer than " + MAX_TEMPLATE + " characters");
    }
    Template compiled = parse(source);
    TemplateScan scan = TemplateScan.of(compiled.getParseTree());
    return TextTemplate.liquid(source, parser, compiled, scan.variables());
  }

  private Template parse(String source) {
    try {
      return parser.parse(source);
    } catch (RuntimeException e) {
      throw new TemplateException("The template is not well-formed: " + e.getMessage(), e);
    }
  }

  private static TemplateParser parser() {
    var builder =
        new TemplateParser.Builder()
            .withFlavor(Flavor.LIQUID)
            .withErrorMode(TemplateParser.ErrorMode.STRICT)
            .withLocale(Locale.ENGLISH)
            .withDefaultTimeZone(ZoneOffset.UTC)
            .withMaxIterations(MAX_ITERATIONS)
            .withMaxSizeRenderedString(MAX_RENDERED)
            .withMaxTemplateSizeBytes(4L * MAX_TEMPLATE);
    SafeFilters.all().forEach(builder::withFilter);
    return builder.build();
  }
}

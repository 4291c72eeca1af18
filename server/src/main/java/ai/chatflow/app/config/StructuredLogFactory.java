package ai.chatflow.app.config;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.pattern.ThrowableHandlingConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.dropwizard.logging.json.EventAttribute;
import io.dropwizard.logging.json.EventJsonLayoutBaseFactory;
import io.dropwizard.logging.json.layout.EventJsonLayout;
import io.dropwizard.logging.json.layout.JsonFormatter;
import io.dropwizard.logging.json.layout.TimestampFormatter;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;

/// One JSON object per log line: time, level, logger, message, request and workspace, and the
/// key-value pairs of the statement, which Dropwizard's own layout leaves out.
@JsonTypeName(StructuredLogFactory.TYPE)
public final class StructuredLogFactory extends EventJsonLayoutBaseFactory {
  static final String TYPE = "chatflow-json";
  private static final String TIME = "yyyy-MM-dd'T'HH:mm:ss.SSSXXX";

  public StructuredLogFactory() {
    setIncludes(
        EnumSet.of(
            EventAttribute.TIMESTAMP,
            EventAttribute.LEVEL,
            EventAttribute.LOGGER_NAME,
            EventAttribute.MESSAGE,
            EventAttribute.MDC,
            EventAttribute.EXCEPTION));
    setTimestampFormat(TIME);
    setFlattenMdc(true);
    setAppendLineSeparator(true);
  }

  @Override
  public LayoutBase<ILoggingEvent> build(LoggerContext context, TimeZone zone) {
    var layout =
        new Layout(
            createDropwizardJsonFormatter(),
            createTimestampFormatter(zone),
            createThrowableProxyConverter(context),
            Set.copyOf(getIncludes()));
    layout.setContext(context);
    return layout;
  }

  private static final class Layout extends EventJsonLayout {
    Layout(
        JsonFormatter formatter,
        TimestampFormatter time,
        ThrowableHandlingConverter throwable,
        Set<EventAttribute> includes) {
      super(formatter, time, throwable, includes, Map.of(), Map.of(), Set.of(), true);
    }

    @Override
    protected Map<String, Object> toJsonMap(ILoggingEvent event) {
      var map = super.toJsonMap(event);
      var pairs = event.getKeyValuePairs();
      if (pairs != null) {
        pairs.forEach(pair -> map.putIfAbsent(pair.key, String.valueOf(pair.value)));
      }
      return map;
    }
  }
}

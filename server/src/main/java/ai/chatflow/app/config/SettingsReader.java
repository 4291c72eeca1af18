package ai.chatflow.app.config;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.YamlConfigurationFactory;
import jakarta.validation.Validator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/// Reads settings: the packaged defaults, then the operator's file laid over them key by key, then
/// the environment.
public final class SettingsReader extends YamlConfigurationFactory<ChatFlowConfiguration> {
  /// Keys that existed once, with the sentence that says what to do instead.
  static final Map<String, String> REMOVED = Map.of();

  private static final String DEFAULTS = "/chatflow.yml";

  private final Map<String, String> environment;
  private final Map<String, String> removed;

  /// @param environment the variables of the process
  public SettingsReader(Validator validator, ObjectMapper mapper, Map<String, String> environment) {
    this(validator, mapper, environment, REMOVED);
  }

  /// @param removed pointers of removed keys and what to do about them
  SettingsReader(
      Validator validator,
      ObjectMapper mapper,
      Map<String, String> environment,
      Map<String, String> removed) {
    super(ChatFlowConfiguration.class, validator, strict(mapper), "dw");
    this.environment = Map.copyOf(environment);
    this.removed = Map.copyOf(removed);
  }

  private static ObjectMapper strict(ObjectMapper mapper) {
    return mapper.copy().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  }

  @Override
  protected ChatFlowConfiguration build(JsonNode operators, String path)
      throws IOException, ConfigurationException {
    removed.forEach(
        (pointer, advice) -> {
          if (!operators.at(pointer).isMissingNode()) {
            throw new StartFailure(
                "%s: the key %s does not exist any more. %s"
                    .formatted(path, pointer.substring(1).replace('/', '.'), advice));
          }
        });
    var settings = defaults();
    if (operators instanceof ObjectNode object) {
      overlay(settings, object);
    }
    for (var setting : EnvironmentSetting.values()) {
      override(settings, setting);
    }
    applyLogFormat(settings);
    return super.build(settings, path);
  }

  private static ObjectNode defaults() {
    try (var stream = SettingsReader.class.getResourceAsStream(DEFAULTS)) {
      if (stream == null) {
        throw new IllegalStateException("chatflow.yml is missing in this build");
      }
      return (ObjectNode) new ObjectMapper(new YAMLFactory()).readTree(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Objects are merged, lists of connectors and appenders too, entry by entry; anything else is
  /// replaced. A key without a value changes nothing.
  private static void overlay(ObjectNode below, ObjectNode above) {
    for (var entry : above.properties()) {
      var old = below.get(entry.getKey());
      var value = entry.getValue();
      if (old instanceof ObjectNode oldObject && value instanceof ObjectNode object) {
        overlay(oldObject, object);
      } else if (old instanceof ArrayNode oldList && value instanceof ArrayNode list) {
        below.set(entry.getKey(), overlaid(oldList, list));
      } else if (!value.isNull()) {
        below.set(entry.getKey(), value);
      }
    }
  }

  private static ArrayNode overlaid(ArrayNode below, ArrayNode above) {
    var result = above.deepCopy();
    for (var i = 0; i < Math.min(below.size(), above.size()); i++) {
      if (below.get(i) instanceof ObjectNode old && above.get(i) instanceof ObjectNode value) {
        var sameType = !value.has("type") || value.get("type").equals(old.get("type"));
        if (sameType) {
          var merged = old.deepCopy();
          overlay(merged, value);
          result.set(i, merged);
        }
      }
    }
    return result;
  }

  private void override(ObjectNode settings, EnvironmentSetting setting) {
    var value = environment.getOrDefault(setting.name(), "").strip();
    if (value.isEmpty()) {
      return;
    }
    if (settings.at(setting.key().head()) instanceof ObjectNode parent) {
      var name = setting.key().last().getMatchingProperty();
      if (setting.isNumber()) {
        parent.put(name, number(setting, value));
      } else {
        parent.put(name, value);
      }
    }
  }

  private static int number(EnvironmentSetting setting, String value) {
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new StartFailure(
          "%s must be a whole number, not '%s'.".formatted(setting.name(), value), e);
    }
  }

  private static void applyLogFormat(ObjectNode settings) {
    if (settings.path("logFormat").asText().equals("text")
        && settings.at("/logging/appenders/0") instanceof ObjectNode appender
        && appender.at("/layout/type").asText().equals(StructuredLogFactory.TYPE)) {
      appender.remove("layout");
      appender.put("logFormat", "%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg %kvp%n%rootException");
    }
  }
}

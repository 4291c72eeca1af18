package ai.chatflow.sdk.core;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import java.io.IOException;
import java.util.Map;
import java.util.function.BiFunction;

/// Reads a union by its discriminator. A variant that is not known here keeps its JSON.
public abstract class UnionDeserializer<T> extends StdDeserializer<T> {
  private static final long serialVersionUID = 1L;

  private final String discriminator;
  private final transient Map<String, Class<? extends T>> variants;
  private final transient BiFunction<String, JsonNode, ? extends T> unknown;

  protected UnionDeserializer(
      Class<T> union,
      String discriminator,
      Map<String, Class<? extends T>> variants,
      BiFunction<String, JsonNode, ? extends T> unknown) {
    super(union);
    this.discriminator = discriminator;
    this.variants = variants;
    this.unknown = unknown;
  }

  @Override
  public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
    JsonNode json = context.readTree(parser);
    String name = json.path(discriminator).asText("");
    Class<? extends T> variant = variants.get(name);
    return variant == null ? unknown.apply(name, json) : context.readTreeAsValue(json, variant);
  }
}

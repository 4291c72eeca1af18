package ai.chatflow.channels;

import ai.chatflow.channels.wire.Json;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.random.RandomGenerator;

/// Breaks webhooks at random.
public final class Damage {
  private Damage() {}

  /// Up to four bytes of a body become others.
  public static void bytes(byte[] body, RandomGenerator random) {
    for (int damage = random.nextInt(4); damage >= 0; damage--) {
      body[random.nextInt(body.length)] = (byte) random.nextInt(256);
    }
  }

  /// Walks down at random and replaces, removes or renames what it finds there.
  public static void shape(JsonNode at, RandomGenerator random) {
    if (at instanceof ObjectNode object && !object.isEmpty()) {
      var names = new ArrayList<String>();
      object.fieldNames().forEachRemaining(names::add);
      String name = names.get(random.nextInt(names.size()));
      switch (random.nextInt(6)) {
        case 0 -> object.remove(name);
        case 1 -> object.set(name, junk(random));
        case 2 -> object.set(name + "2", object.remove(name));
        default -> shape(object.get(name), random);
      }
    } else if (at instanceof ArrayNode array && !array.isEmpty()) {
      int index = random.nextInt(array.size());
      if (random.nextInt(5) == 0) {
        array.set(index, junk(random));
      } else {
        shape(array.get(index), random);
      }
    }
  }

  private static JsonNode junk(RandomGenerator random) {
    return switch (random.nextInt(8)) {
      case 0 -> Json.MAPPER.nullNode();
      case 1 -> Json.MAPPER.createArrayNode().add(1);
      case 2 -> Json.MAPPER.createObjectNode().put("a", "b\u0000");
      case 3 -> Json.MAPPER.getNodeFactory().textNode("\u0000");
      case 4 -> Json.MAPPER.getNodeFactory().numberNode(random.nextLong());
      case 5 -> Json.MAPPER.getNodeFactory().numberNode(new BigDecimal("1e-400"));
      case 6 -> Json.MAPPER.getNodeFactory().textNode("x".repeat(5_000));
      default -> Json.MAPPER.getNodeFactory().booleanNode(random.nextBoolean());
    };
  }
}

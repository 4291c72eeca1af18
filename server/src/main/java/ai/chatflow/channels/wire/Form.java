package ai.chatflow.channels.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A form as providers post and take it: `application/x-www-form-urlencoded` in UTF-8, in the order
/// of its fields. Source: WHATWG, "URL › application/x-www-form-urlencoded".
public record Form(List<Field> fields) {
  private static final int MOST_FIELDS = 1_000;

  public Form {
    fields = List.copyOf(fields);
  }

  /// A field, decoded.
  public record Field(String name, String value) {}

  /// Reads a form. What a signature is over is what stands here, so nothing is cleaned.
  ///
  /// @throws MalformedWebhook when it is none
  public static Form parse(String encoded) {
    var fields = new ArrayList<Field>();
    for (String pair : encoded.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      if (fields.size() == MOST_FIELDS) {
        throw new MalformedWebhook("The body has too many fields.");
      }
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      fields.add(new Field(decoded(name), equals < 0 ? "" : decoded(pair.substring(equals + 1))));
    }
    return new Form(fields);
  }

  /// The first field of this name; null when there is none.
  public @Nullable String first(String name) {
    for (Field field : fields) {
      if (field.name().equals(name)) {
        return field.value();
      }
    }
    return null;
  }

  /// The fields as an object, cleaned as `Json.object` does; of several with one name the first.
  public ObjectNode toJson() {
    ObjectNode object = Json.MAPPER.createObjectNode();
    for (Field field : fields) {
      if (!object.has(field.name())) {
        object.put(field.name(), field.value());
      }
    }
    return Json.object(object.toString().getBytes(StandardCharsets.UTF_8));
  }

  /// As it goes over the wire.
  public String encoded() {
    var text = new StringBuilder();
    for (Field field : fields) {
      text.append(text.isEmpty() ? "" : "&").append(encoded(field.name()));
      text.append('=').append(encoded(field.value()));
    }
    return text.toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new MalformedWebhook("The body is not a well-formed form.", e);
    }
  }
}

package ai.chatflow.platform.ids;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import java.io.IOException;
import java.util.UUID;

/// An identifier that knows what it identifies. Its text form, in JSON too, is a TypeID
/// (`msg_01h455vb4pex5vsknk084sn02q`), its form in the database a plain UUID.
public interface TypedId extends JsonSerializable {
  UUID value();

  @Override
  default void serialize(JsonGenerator json, SerializerProvider provider) throws IOException {
    json.writeString(toString());
  }

  @Override
  default void serializeWithType(
      JsonGenerator json, SerializerProvider provider, TypeSerializer type) throws IOException {
    serialize(json, provider);
  }
}

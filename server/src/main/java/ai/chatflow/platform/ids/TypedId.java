package ai.chatflow.platform.ids;

import java.util.UUID;

/// An identifier that knows what it identifies. Its text form is a TypeID
/// (`msg_01h455vb4pex5vsknk084sn02q`), its form in the database a plain UUID.
public interface TypedId {
  UUID value();
}

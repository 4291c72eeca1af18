package ai.chatflow.platform.http;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.crypto.MasterKey;
import ai.chatflow.platform.errors.BadRequest;
import ai.chatflow.platform.ids.WorkspaceId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Signed cursors of keyset pages, bound to the workspace, the list and its filters: a foreign or
/// changed one is refused.
public final class Cursors {
  private static final int MAC_BYTES = 12;

  private final SecretKeySpec key;

  public Cursors(MasterKey master) {
    this.key = new SecretKeySpec(master.derive("cursors", 32), "HmacSHA256");
  }

  /// The cursor after `position`; `list` names the list with its filters.
  public String write(WorkspaceId workspace, String list, String position) {
    var text = position.getBytes(StandardCharsets.UTF_8);
    var mac = mac(workspace, list, position);
    var bytes = Arrays.copyOf(mac, MAC_BYTES + text.length);
    System.arraycopy(text, 0, bytes, MAC_BYTES, text.length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /// The position in a cursor; empty when there is none.
  ///
  /// @throws BadRequest `cursor_mismatch`
  public Optional<String> read(WorkspaceId workspace, String list, @Nullable String cursor) {
    if (cursor == null) {
      return Optional.empty();
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(cursor);
    } catch (IllegalArgumentException _) {
      throw mismatch();
    }
    if (bytes.length <= MAC_BYTES) {
      throw mismatch();
    }
    var position = new String(bytes, MAC_BYTES, bytes.length - MAC_BYTES, StandardCharsets.UTF_8);
    var expected = mac(workspace, list, position);
    if (!MessageDigest.isEqual(
        Arrays.copyOf(bytes, MAC_BYTES), Arrays.copyOf(expected, MAC_BYTES))) {
      throw mismatch();
    }
    return Optional.of(position);
  }

  private byte[] mac(WorkspaceId workspace, String list, String position) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      mac.update((workspace + "\n" + list + "\n").getBytes(StandardCharsets.UTF_8));
      return mac.doFinal(position.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static BadRequest mismatch() {
    return new BadRequest(
        ProblemCode.CURSOR_MISMATCH, "cursor", "The cursor belongs to another list.");
  }
}

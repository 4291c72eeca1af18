package ai.chatflow.platform.crypto;

import ai.chatflow.platform.db.KeyDerivation;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/// The one secret of an installation (`CHATFLOW_MASTER_KEY`), from which all others are derived
/// with HKDF-SHA256 (RFC 5869), each under a label of its own.
public final class MasterKey implements KeyDerivation {
  private static final int LENGTH = 32;
  private static final byte[] SALT = "chatflow master key v1".getBytes(StandardCharsets.US_ASCII);

  private final byte[] bytes;

  public MasterKey(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a master key has " + LENGTH + " bytes");
    }
    this.bytes = bytes.clone();
  }

  /// @throws IllegalArgumentException unless the text is 32 bytes in base64; the message says how
  ///   to make one and never repeats the text
  public static MasterKey fromBase64(String text) {
    byte[] decoded;
    try {
      decoded = Base64.getDecoder().decode(text.strip());
    } catch (IllegalArgumentException _) {
      decoded = new byte[0];
    }
    if (decoded.length != LENGTH) {
      throw new IllegalArgumentException(
          "CHATFLOW_MASTER_KEY must be 32 random bytes in base64; make one with: openssl rand"
              + " -base64 32");
    }
    return new MasterKey(decoded);
  }

  /// The key for one purpose: the same label gives the same bytes, another label unrelated ones.
  @Override
  public byte[] derive(String label, int length) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addSalt(SALT)
                  .addIKM(bytes)
                  .thenExpand(label.getBytes(StandardCharsets.UTF_8), length));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no HKDF-SHA256", e);
    }
  }

  @Override
  public String toString() {
    return "MasterKey[***]";
  }
}

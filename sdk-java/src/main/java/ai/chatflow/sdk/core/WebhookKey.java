package ai.chatflow.sdk.core;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What signatures of one version are checked with (Standard Webhooks 1.0). Never printed.
public abstract class WebhookKey {
  private static final String SECRET = "whsec_";
  private static final String PUBLIC = "whpk_";
  private static final int SHORTEST_SECRET = 24;
  private static final int LONGEST_SECRET = 64;
  private static final int PUBLIC_LENGTH = 32;

  private WebhookKey() {}

  /// @throws IllegalArgumentException when it is neither `whsec_…` nor `whpk_…`
  public static WebhookKey parse(String text) {
    String key = text.strip();
    if (key.startsWith(SECRET)) {
      return new Secret(decode(key.substring(SECRET.length())));
    }
    if (key.startsWith(PUBLIC)) {
      return new Public(decode(key.substring(PUBLIC.length())));
    }
    throw new IllegalArgumentException("A webhook key starts with whsec_ or whpk_.");
  }

  /// The version of the signatures that it checks: `v1` or `v1a`.
  public abstract String version();

  public abstract boolean verifies(byte[] signed, byte[] signature);

  private static byte[] decode(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("What follows the prefix of a webhook key is base64.", e);
    }
  }

  private static IllegalStateException unsupported(GeneralSecurityException cause) {
    return new IllegalStateException("This Java cannot check webhooks.", cause);
  }

  private static final class Secret extends WebhookKey {
    private final SecretKeySpec key;

    Secret(byte[] bytes) {
      if (bytes.length < SHORTEST_SECRET || bytes.length > LONGEST_SECRET) {
        throw new IllegalArgumentException(
            "A webhook secret has 24 to 64 bytes, not " + bytes.length + ".");
      }
      key = new SecretKeySpec(bytes, "HmacSHA256");
    }

    @Override
    public String version() {
      return "v1";
    }

    @Override
    public boolean verifies(byte[] signed, byte[] signature) {
      try {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(key);
        return MessageDigest.isEqual(mac.doFinal(signed), signature);
      } catch (GeneralSecurityException e) {
        throw unsupported(e);
      }
    }
  }

  private static final class Public extends WebhookKey {
    /// SubjectPublicKeyInfo of an Ed25519 key (RFC 8410), up to the key itself.
    private static final byte[] INFO = HexFormat.of().parseHex("302a300506032b6570032100");

    private final PublicKey key;

    Public(byte[] bytes) {
      if (bytes.length != PUBLIC_LENGTH) {
        throw new IllegalArgumentException(
            "A public webhook key has 32 bytes, not " + bytes.length + ".");
      }
      byte[] encoded = new byte[INFO.length + bytes.length];
      System.arraycopy(INFO, 0, encoded, 0, INFO.length);
      System.arraycopy(bytes, 0, encoded, INFO.length, bytes.length);
      try {
        key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
      } catch (GeneralSecurityException e) {
        throw new IllegalArgumentException("This is no Ed25519 public key.", e);
      }
    }

    @Override
    public String version() {
      return "v1a";
    }

    @Override
    public boolean verifies(byte[] signed, byte[] signature) {
      try {
        Signature check = Signature.getInstance("Ed25519");
        check.initVerify(key);
        check.update(signed);
        return check.verify(signature);
      } catch (SignatureException e) {
        return false; // of a length or form that no Ed25519 signature has
      } catch (GeneralSecurityException e) {
        throw unsupported(e);
      }
    }
  }
}

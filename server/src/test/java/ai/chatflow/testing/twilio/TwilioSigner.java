package ai.chatflow.testing.twilio;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs webhooks as Twilio does ("Webhooks security › Validating signatures from Twilio"), written
/// apart from what checks them.
public final class TwilioSigner {
  private TwilioSigner() {}

  /// The header for a form.
  public static String sign(String token, String url, Map<String, String> form) {
    var text = new StringBuilder(url);
    new TreeMap<>(form).forEach((name, value) -> text.append(name).append(value));
    return hmac(token, text.toString());
  }

  /// The header for a body that is no form; `url` already carries its hash.
  public static String sign(String token, String url) {
    return hmac(token, url);
  }

  /// The address with the hash of a body.
  public static String withHash(String url, byte[] body) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(body);
      return url + (url.contains("?") ? "&" : "?") + "bodySHA256=" + HexFormat.of().formatHex(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String hmac(String token, String text) {
    try {
      var mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
      return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}

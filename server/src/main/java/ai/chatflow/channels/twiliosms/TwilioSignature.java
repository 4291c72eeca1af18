package ai.chatflow.channels.twiliosms;

import ai.chatflow.channels.Secret;
import ai.chatflow.channels.wire.Form;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Twilio's signature of a webhook: HMAC-SHA1 with the auth token of the account, in base64. It is
/// over the whole address that Twilio was given, its query included, followed by each name and
/// value of the form in the order of the names. Where the body is no form, the address carries its
/// SHA-256 (`bodySHA256`), and only the address is signed. Source: Twilio, "Webhooks security ›
/// Validating signatures from Twilio".
final class TwilioSignature {
  static final String HEADER = "X-Twilio-Signature";
  static final String BODY_HASH = "bodySHA256";

  private static final String ALGORITHM = "HmacSHA1";

  private TwilioSignature() {}

  /// Compares in constant time.
  ///
  /// @param url the address as Twilio was given it
  /// @param form null when the body is none; its hash was compared already
  static boolean matches(Secret token, URI url, @Nullable Form form, @Nullable String header) {
    if (header == null) {
      return false;
    }
    byte[] given = header.strip().getBytes(StandardCharsets.UTF_8);
    String said = form == null ? "" : said(form);
    boolean matches = false;
    for (String address : addresses(url)) {
      byte[] expected = Base64.getEncoder().encode(hmac(token, address + said));
      matches |= MessageDigest.isEqual(given, expected);
    }
    return matches;
  }

  /// Whether this is the hash of the body; compares in constant time.
  static boolean isHashOf(byte[] body, String hash) {
    try {
      byte[] expected = MessageDigest.getInstance("SHA-256").digest(body);
      return MessageDigest.isEqual(
          HexFormat.of().formatHex(expected).getBytes(StandardCharsets.UTF_8),
          hash.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  /// The address with its port and without: which of the two Twilio signs differs from product to
  /// product, so its own libraries take both (twilio-java, `RequestValidator`).
  private static List<String> addresses(URI url) {
    String whole = url.toString();
    String scheme = url.getScheme() + "://";
    String authority = url.getRawAuthority();
    String rest = whole.substring(scheme.length() + authority.length());
    String port = "https".equals(url.getScheme()) ? ":443" : ":80";
    String other = url.getPort() < 0 ? authority + port : url.getHost();
    return List.of(whole, scheme + other + rest);
  }

  /// Of several fields with one name, each value once.
  private static String said(Form form) {
    SortedMap<String, TreeSet<String>> sorted = new TreeMap<>();
    for (Form.Field field : form.fields()) {
      sorted.computeIfAbsent(field.name(), _ -> new TreeSet<>()).add(field.value());
    }
    var said = new StringBuilder();
    sorted.forEach((name, values) -> values.forEach(value -> said.append(name).append(value)));
    return said.toString();
  }

  private static byte[] hmac(Secret token, String text) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(token.reveal().getBytes(StandardCharsets.UTF_8), ALGORITHM));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no " + ALGORITHM, e);
    }
  }
}

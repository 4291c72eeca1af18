package ai.chatflow.sdk.core;

import ai.chatflow.sdk.errors.WebhookVerificationException;
import ai.chatflow.sdk.errors.WebhookVerificationException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The three headers of Standard Webhooks, read.
public record WebhookHeaders(String id, Instant timestamp, List<Signed> signatures) {
  private static final String ID = "webhook-id";
  private static final String TIMESTAMP = "webhook-timestamp";
  private static final String SIGNATURE = "webhook-signature";

  /// One signature of the list.
  public record Signed(String version, byte[] bytes) {}

  /// @throws WebhookVerificationException when one is missing or malformed
  public static WebhookHeaders read(Function<String, @Nullable String> headers) {
    return new WebhookHeaders(
        id(present(headers, ID)),
        timestamp(present(headers, TIMESTAMP)),
        signatures(present(headers, SIGNATURE)));
  }

  /// What was signed: `{id}.{timestamp}.{body}`.
  public byte[] signed(byte[] body) {
    byte[] prefix = (id + "." + timestamp.getEpochSecond() + ".").getBytes(StandardCharsets.UTF_8);
    byte[] all = new byte[prefix.length + body.length];
    System.arraycopy(prefix, 0, all, 0, prefix.length);
    System.arraycopy(body, 0, all, prefix.length, body.length);
    return all;
  }

  private static String present(Function<String, @Nullable String> headers, String name) {
    String value = headers.apply(name);
    if (value == null || value.isBlank()) {
      throw new WebhookVerificationException(
          Reason.MISSING_HEADER, "The header " + name + " is missing.", null);
    }
    return value.strip();
  }

  /// A full stop in it would leave open where the signed body begins.
  private static String id(String text) {
    if (!text.matches("[!-~&&[^.]]+")) {
      throw malformed(ID + " is no id.");
    }
    return text;
  }

  private static Instant timestamp(String text) {
    // no sign and no leading zero: the signed text is made of the number again
    if (!text.matches("0|[1-9]\\d{0,11}")) {
      throw malformed(TIMESTAMP + " is no Unix time in seconds.");
    }
    return Instant.ofEpochSecond(Long.parseLong(text));
  }

  private static List<Signed> signatures(String text) {
    List<Signed> all = new ArrayList<>();
    for (String one : text.split("\\s+")) {
      int comma = one.indexOf(',');
      byte[] bytes = comma < 1 ? null : decode(one.substring(comma + 1));
      if (bytes != null) {
        all.add(new Signed(one.substring(0, comma), bytes));
      }
    }
    if (all.isEmpty()) {
      throw malformed(SIGNATURE + " holds no `version,base64`.");
    }
    return List.copyOf(all);
  }

  private static byte @Nullable [] decode(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return null; // another signature of the list may be whole
    }
  }

  private static WebhookVerificationException malformed(String what) {
    return new WebhookVerificationException(Reason.MALFORMED_HEADER, "The header " + what, null);
  }
}

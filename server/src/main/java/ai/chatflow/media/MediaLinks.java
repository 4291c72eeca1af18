package ai.chatflow.media;

import ai.chatflow.platform.db.KeyDerivation;
import ai.chatflow.platform.ids.MediaId;
import ai.chatflow.platform.ids.WorkspaceId;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Links that give a content to whoever has them, for a time: `/media/<workspace>/<id>`, when they
/// end, and a signature (HMAC-SHA256) over these.
public final class MediaLinks {
  static final String PATH = "/media/";

  private final URI publicUrl;
  private final InstantSource clock;
  private final SecretKeySpec key;

  MediaLinks(URI publicUrl, KeyDerivation keys, InstantSource clock) {
    this.publicUrl = publicUrl;
    this.clock = clock;
    this.key = new SecretKeySpec(keys.derive("media links", 32), "HmacSHA256");
  }

  /// A link, and when it ends.
  public record Link(URI url, Instant expiresAt) {}

  /// What a link is to.
  record Target(WorkspaceId workspace, MediaId id) {}

  /// A link that is good for `life`.
  public Link to(WorkspaceId workspace, MediaId id, Duration life) {
    var expires = clock.instant().plus(life).truncatedTo(ChronoUnit.SECONDS);
    var path = PATH + workspace + "/" + id;
    long seconds = expires.getEpochSecond();
    var signature =
        Base64.getUrlEncoder().withoutPadding().encodeToString(signature(path, seconds));
    return new Link(
        URI.create(publicUrl + path + "?expires=" + seconds + "&signature=" + signature), expires);
  }

  /// What a request is for; empty when its signature is not ours or its time is over.
  Optional<Target> read(String path, @Nullable String expires, @Nullable String signature) {
    if (expires == null || signature == null || !path.startsWith(PATH)) {
      return Optional.empty();
    }
    try {
      long seconds = Long.parseLong(expires);
      var given = Base64.getUrlDecoder().decode(signature);
      if (!MessageDigest.isEqual(given, signature(path, seconds))
          || !clock.instant().isBefore(Instant.ofEpochSecond(seconds))) {
        return Optional.empty();
      }
      var parts = path.substring(PATH.length()).split("/", 2);
      return Optional.of(
          new Target(WorkspaceId.fromString(parts[0]), MediaId.fromString(parts[1])));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private byte[] signature(String path, long expires) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal((path + "\n" + expires).getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}

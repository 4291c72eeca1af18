package ai.chatflow.bench;

import ai.chatflow.channels.Secret;
import ai.chatflow.channels.whatsappcloud.Signature;
import ai.chatflow.testing.whatsapp.MetaSignature;
import ai.chatflow.webhooks.delivery.Signer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// Signatures over 2 KB: that of an incoming webhook, and those of an event that is posted.
@State(Scope.Benchmark)
public class SignatureBench {
  private static final Instant NOW = Instant.parse("2026-11-23T09:00:00Z");
  private static final List<String> ONE = List.of("whsec_" + "A".repeat(44));
  private static final List<String> TWO =
      List.of("whsec_" + "A".repeat(44), "whsec_" + "B".repeat(44));

  private final String text = "x".repeat(2_048);
  private final byte[] body = text.getBytes(StandardCharsets.UTF_8);
  private final Secret secret = new Secret("0123456789abcdef0123456789abcdef");
  private final String header = MetaSignature.of(secret.reveal(), body);
  private final Signer signer = new Signer((_, length) -> new byte[length]);

  /// What each webhook of Meta costs before it is parsed.
  @Benchmark
  public boolean checkIncoming() {
    return Signature.matches(secret, body, header);
  }

  /// `v1` and `v1a`.
  @Benchmark
  public String signOutgoing() {
    return signer.sign("evt_01kavk5e4sf2xr2bq6d8n1c7pm", NOW, text, ONE);
  }

  /// Twice `v1` and `v1a`: the difference to the other is one `v1`.
  @Benchmark
  public String signOutgoingWhileTheSecretIsRotated() {
    return signer.sign("evt_01kavk5e4sf2xr2bq6d8n1c7pm", NOW, text, TWO);
  }
}

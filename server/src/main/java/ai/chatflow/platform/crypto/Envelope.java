package ai.chatflow.platform.crypto;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.Configuration;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import com.google.crypto.tink.util.SecretBytes;
import java.security.GeneralSecurityException;

/// Makes, wraps and unwraps data keys (Tink, AES256-GCM) under a key-encryption key that the
/// database never sees.
final class Envelope {
  private static final String KEK_LABEL = "secret-box/key-encryption-key";

  private final Configuration tink;
  private final Aead kek;

  Envelope(MasterKey masterKey) {
    try {
      AeadConfig.register();
      this.tink = RegistryConfiguration.get();
      this.kek = aead(tink, masterKey.derive(KEK_LABEL, 32));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Tink cannot make an AES256-GCM key", e);
    }
  }

  /// A new data key, wrapped; `owner` is bound to it as associated data.
  byte[] newWrappedKey(byte[] owner) throws GeneralSecurityException {
    KeysetHandle key = KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM, tink);
    return TinkProtoKeysetFormat.serializeEncryptedKeyset(key, kek, owner, tink);
  }

  Aead unwrap(byte[] wrapped, byte[] owner) throws GeneralSecurityException {
    return primitive(tink, TinkProtoKeysetFormat.parseEncryptedKeyset(wrapped, kek, owner, tink));
  }

  @AccessesPartialKey
  private static Aead aead(Configuration tink, byte[] key) throws GeneralSecurityException {
    var parameters =
        AesGcmParameters.builder()
            .setKeySizeBytes(32)
            .setIvSizeBytes(12)
            .setTagSizeBytes(16)
            .setVariant(AesGcmParameters.Variant.NO_PREFIX)
            .build();
    var gcm =
        AesGcmKey.builder()
            .setParameters(parameters)
            .setKeyBytes(SecretBytes.copyFrom(key, InsecureSecretKeyAccess.get()))
            .build();
    return primitive(
        tink,
        KeysetHandle.newBuilder()
            .addEntry(KeysetHandle.importKey(gcm).withFixedId(1).makePrimary())
            .build());
  }

  private static Aead primitive(Configuration tink, KeysetHandle handle)
      throws GeneralSecurityException {
    return handle.getPrimitive(tink, Aead.class);
  }
}

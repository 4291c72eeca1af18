package ai.chatflow.platform.errors;

import ai.chatflow.api.model.ProblemCode;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// 502 or 504: a provider refused or failed. `providerCode` and `traceId` are the provider's own.
public final class Upstream extends DomainException {
  private static final long serialVersionUID = 1L;

  private final String provider;
  private final @Nullable String providerCode;
  private final @Nullable String traceId;

  public Upstream(
      ProblemCode code,
      String detail,
      String provider,
      @Nullable String providerCode,
      @Nullable String traceId) {
    super(code, detail, null);
    this.provider = Objects.requireNonNull(provider, "provider");
    this.providerCode = providerCode;
    this.traceId = traceId;
  }

  public String provider() {
    return provider;
  }

  public Optional<String> providerCode() {
    return Optional.ofNullable(providerCode);
  }

  public Optional<String> traceId() {
    return Optional.ofNullable(traceId);
  }
}

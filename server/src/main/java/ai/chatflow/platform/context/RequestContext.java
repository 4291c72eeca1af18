package ai.chatflow.platform.context;

import ai.chatflow.platform.ids.WorkspaceId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// One request: its id, who asks, and the headers that its answer will carry.
public final class RequestContext {
  private static final ScopedValue<RequestContext> CURRENT = ScopedValue.newInstance();

  private final String requestId;
  private final String path;
  private final @Nullable Principal principal;
  private final BooleanSupplier standing;
  private final Runnable cut;
  private final Map<String, String> responseHeaders = new LinkedHashMap<>();
  private @Nullable Throwable failure;

  public RequestContext(String requestId, String path, @Nullable Principal principal) {
    this(requestId, path, principal, () -> principal != null, () -> {});
  }

  /// @param standing whether the credentials are still what they were; asked by answers without end
  /// @param cut ends the connection at once, from any thread
  public RequestContext(
      String requestId,
      String path,
      @Nullable Principal principal,
      BooleanSupplier standing,
      Runnable cut) {
    this.requestId = requestId;
    this.path = path;
    this.principal = principal;
    this.standing = standing;
    this.cut = cut;
  }

  /// The request that this thread serves.
  ///
  /// @throws java.util.NoSuchElementException outside of a request
  public static RequestContext current() {
    return CURRENT.get();
  }

  public static boolean isBound() {
    return CURRENT.isBound();
  }

  /// Runs the work as this request.
  public <T extends @Nullable Object, X extends Throwable> T call(ScopedValue.CallableOp<T, X> work)
      throws X {
    return ScopedValue.where(CURRENT, this).call(work);
  }

  public String requestId() {
    return requestId;
  }

  public String path() {
    return path;
  }

  public Principal principal() {
    if (principal == null) {
      throw new IllegalStateException("this path is served without credentials");
    }
    return principal;
  }

  /// Asks again whether the credentials of the request stand for the same principal.
  public BooleanSupplier standing() {
    return standing;
  }

  /// Ends the connection at once, with what is on its way: for clients that do not read.
  public Runnable cut() {
    return cut;
  }

  public boolean authenticated() {
    return principal != null;
  }

  public WorkspaceId workspace() {
    return principal().workspace();
  }

  /// Sets a header of the answer.
  public void respondWith(String header, String value) {
    responseHeaders.put(header, value);
  }

  public Map<String, String> responseHeaders() {
    return responseHeaders;
  }

  /// Remembers what became a problem, so that whoever holds the transaction can tell a deadlock
  /// (worth another try) from a refusal.
  public void failed(Throwable failure) {
    this.failure = failure;
  }

  public @Nullable Throwable failure() {
    return failure;
  }

  /// Forgets the answer of an attempt that is rolled back and made again.
  public void reset() {
    failure = null;
    responseHeaders.clear();
  }
}

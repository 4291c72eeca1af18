package ai.chatflow.platform.http;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.context.RequestContext;
import ai.chatflow.platform.errors.DomainException;
import ai.chatflow.platform.errors.PreconditionFailed;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Strong entity tags (RFC 9110) made of a resource's version.
public final class ETags {
  private ETags() {}

  /// Shows the version of the resource that is being answered.
  public static void show(long version) {
    RequestContext.current().respondWith("ETag", tag(version));
  }

  /// Checks `If-Match` against the version that is about to change. Call it with the row locked.
  public static void check(@Nullable String ifMatch, long version) throws DomainException {
    if (ifMatch == null || ifMatch.strip().equals("*")) {
      return;
    }
    var matches =
        Arrays.stream(ifMatch.split(",", -1)).map(String::strip).anyMatch(tag(version)::equals);
    if (!matches) {
      throw new PreconditionFailed(
          ProblemCode.PRECONDITION_FAILED,
          "The resource has changed since it was read. Read it again and repeat the change.");
    }
  }

  /// For settings that two people must never overwrite for each other: no `If-Match` is 428.
  public static String required(@Nullable String ifMatch) {
    if (ifMatch == null || ifMatch.isBlank()) {
      throw new PreconditionFailed(
          ProblemCode.PRECONDITION_REQUIRED, "Send the ETag that you read in If-Match.");
    }
    return ifMatch;
  }

  private static String tag(long version) {
    return "\"" + version + "\"";
  }
}

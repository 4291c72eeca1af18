package ai.chatflow.platform.graphql;

import ai.chatflow.api.model.ProblemCode;
import ai.chatflow.platform.errors.BadRequest;
import ai.chatflow.platform.http.Pages;
import graphql.schema.DataFetchingEnvironment;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads the arguments of fields.
public final class Arguments {
  private static final int MOST = 100;

  private Arguments() {}

  /// The page that `first` and `after` ask for.
  ///
  /// @throws BadRequest when `first` is not within 1 to 100 or `after` belongs to another list
  public static Pages.Request page(
      DataFetchingEnvironment env, Pages pages, String list, @Nullable Object... filters) {
    int first = Objects.requireNonNull(env.<Integer>getArgument("first"));
    if (first < 1 || first > MOST) {
      throw new BadRequest(ProblemCode.INVALID_PARAMETER, "first", "must be within 1 to " + MOST);
    }
    return pages.request(list, first, env.getArgument("after"), filters);
  }

  /// An id of something to be looked up; empty when it is none of its kind, so that nothing has it.
  public static <T> Optional<T> id(DataFetchingEnvironment env, Function<String, T> parse) {
    try {
      return Optional.of(parse.apply(Objects.requireNonNull(env.<String>getArgument("id"))));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /// An id to filter by; null when there is none.
  ///
  /// @throws BadRequest when it is none of its kind
  public static <T> @Nullable T filter(
      DataFetchingEnvironment env, String name, Function<String, T> parse) {
    String value = env.getArgument(name);
    try {
      return value == null ? null : parse.apply(value);
    } catch (IllegalArgumentException _) {
      throw new BadRequest(ProblemCode.INVALID_PARAMETER, name, "is not valid");
    }
  }
}

package ai.chatflow.platform.graphql;

import ai.chatflow.platform.json.Json;
import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.IntValue;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.schema.Coercing;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.CoercingParseValueException;
import graphql.schema.CoercingSerializeException;
import graphql.schema.GraphQLScalarType;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Optional;

/// The scalars of our own.
final class Scalars {
  static final GraphQLScalarType DATE_TIME =
      GraphQLScalarType.newScalar().name("DateTime").coercing(new DateTime()).build();

  static final GraphQLScalarType JSON =
      GraphQLScalarType.newScalar().name("JSON").coercing(new AnyJson()).build();

  /// A position in the event log: JSON numbers hold it exactly up to 2^53 - 1.
  static final GraphQLScalarType POSITION =
      GraphQLScalarType.newScalar().name("Position").coercing(new LogPosition()).build();

  private Scalars() {}

  private static final class DateTime implements Coercing<Instant, String> {
    @Override
    public String serialize(Object value, GraphQLContext context, Locale locale) {
      if (value instanceof Instant instant) {
        return instant.toString();
      }
      throw new CoercingSerializeException("no instant: " + value.getClass());
    }

    @Override
    public Instant parseValue(Object value, GraphQLContext context, Locale locale) {
      try {
        return OffsetDateTime.parse(String.valueOf(value)).toInstant();
      } catch (DateTimeException e) {
        throw new CoercingParseValueException("is no RFC 3339 time", e);
      }
    }

    @Override
    public Instant parseLiteral(
        Value<?> value, CoercedVariables variables, GraphQLContext context, Locale locale) {
      if (value instanceof StringValue text) {
        try {
          return OffsetDateTime.parse(text.getValue()).toInstant();
        } catch (DateTimeException e) {
          throw new CoercingParseLiteralException("is no RFC 3339 time", e);
        }
      }
      throw new CoercingParseLiteralException("is no string");
    }
  }

  private static final class LogPosition implements Coercing<Long, Long> {
    private static final String NONE = "is no whole number from 0 to 2^53 - 1";
    private static final BigInteger MOST = BigInteger.TWO.pow(53).subtract(BigInteger.ONE);

    @Override
    public Long serialize(Object value, GraphQLContext context, Locale locale) {
      if (value instanceof Long position) {
        return position;
      }
      throw new CoercingSerializeException("no position: " + value.getClass());
    }

    @Override
    public Long parseValue(Object value, GraphQLContext context, Locale locale) {
      if (value instanceof Integer || value instanceof Long) {
        return within(BigInteger.valueOf(((Number) value).longValue()))
            .orElseThrow(() -> new CoercingParseValueException(NONE));
      }
      throw new CoercingParseValueException(NONE);
    }

    @Override
    public Long parseLiteral(
        Value<?> value, CoercedVariables variables, GraphQLContext context, Locale locale) {
      if (value instanceof IntValue number) {
        return within(number.getValue()).orElseThrow(() -> new CoercingParseLiteralException(NONE));
      }
      throw new CoercingParseLiteralException(NONE);
    }

    private static Optional<Long> within(BigInteger number) {
      return number.signum() >= 0 && number.compareTo(MOST) <= 0
          ? Optional.of(number.longValueExact())
          : Optional.empty();
    }
  }

  /// Only answers: the SDL takes no JSON.
  private static final class AnyJson implements Coercing<Object, Object> {
    @Override
    public Object serialize(Object value, GraphQLContext context, Locale locale) {
      return Json.MAPPER.valueToTree(value);
    }
  }
}

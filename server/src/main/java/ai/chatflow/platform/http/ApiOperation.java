package ai.chatflow.platform.http;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// What the contract says about the operation behind a resource method. Only generated interfaces
/// carry it; the filters read it.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface ApiOperation {
  /// The contract's `operationId`, such as `createContact`.
  String id();

  /// The contract's `x-required-permission`, such as `contacts:write`; `none` if there is none.
  String permission();

  /// The status of success, such as 201.
  int status();
}

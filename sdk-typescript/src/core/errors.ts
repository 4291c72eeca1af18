import type { Operation, Problem, ProblemCode, ProblemError } from '../generated/models/index.js';

/** Everything that this SDK throws. */
export class ChatFlowError extends Error {
  override name = 'ChatFlowError';
}

/** No answer arrived: name resolution, connection, TLS, or an answer that broke off. */
export class ConnectionError extends ChatFlowError {
  override name = 'ConnectionError';
}

/** No whole answer within `timeout`, or no end of an operation that was waited for: it goes on. */
export class TimeoutError extends ConnectionError {
  override name = 'TimeoutError';
}

/** The answer is not what ChatFlow would say; most often `baseUrl` points elsewhere. */
export class InvalidResponseError extends ChatFlowError {
  override name = 'InvalidResponseError';
}

/** @internal */
export function elsewhere(what: string, cause?: unknown): InvalidResponseError {
  return new InvalidResponseError(`The answer is ${what}. Does baseUrl point to ChatFlow?`, { cause });
}

/** What is wrong with a webhook. */
export type WebhookVerificationReason =
  /** `webhook-id`, `webhook-timestamp` or `webhook-signature` is not there. */
  | 'missing_header'
  /** One of them is no id, no Unix time, or no list of `version,base64`. */
  | 'malformed_header'
  /** A replay, or this machine's clock is ahead. */
  | 'timestamp_too_old'
  /** This machine's clock is behind. */
  | 'timestamp_too_new'
  /** No signature is of a version that the given keys can check. */
  | 'unsupported_version'
  /** The key is another endpoint's, or the body is not the bytes that came. */
  | 'signature_mismatch'
  /** Well signed, but no event. */
  | 'not_an_event';

/** A webhook that is not to be believed; `reason` says where to look. Answer it with 400. */
export class WebhookVerificationError extends ChatFlowError {
  override name = 'WebhookVerificationError';
  readonly reason: WebhookVerificationReason;

  constructor(reason: WebhookVerificationReason, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.reason = reason;
  }
}

/** An operation that was waited for failed, or somebody cancelled it. What it had done stays. */
export class OperationFailedError extends ChatFlowError {
  override name = 'OperationFailedError';
  /** As it ended. */
  readonly operation: Operation;
  /** Why it failed; absent when it was cancelled. */
  readonly problem: Problem | undefined;

  constructor(operation: Operation) {
    const { kind, id, status, error } = operation;
    super(`${kind} ${id} is ${status}${error ? `: ${saidBy(error)}` : ''}`);
    this.operation = operation;
    this.problem = error ?? undefined;
  }
}

/** The caller's `signal` was aborted. */
export class AbortedError extends ChatFlowError {
  override name = 'AbortedError';
}

/** @internal */
export function abortedBy(signal: AbortSignal | undefined): AbortedError {
  return new AbortedError('The signal was aborted.', { cause: signal?.reason });
}

export interface ErrorResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Body as text, for answers that are no problem+json (a proxy's page). */
  readonly body: string;
  readonly problem: Problem | undefined;
}

/** The server answered with an error. There is a subclass for each status of the contract. */
export class ApiError extends ChatFlowError {
  override name = 'ApiError';
  declare readonly status: number;
  declare readonly headers: Headers;
  declare readonly body: string;
  /** The problem (RFC 9457); absent when something before the server answered. */
  declare readonly problem: Problem | undefined;

  constructor(response: ErrorResponse) {
    super(messageOf(response));
    // one call instead of four lines: the core has a limit of bytes; `declare` keeps fields from being made first
    Object.assign(this, response);
  }

  /** Stable reason; codes that this version does not know are passed through. */
  get code(): ProblemCode | undefined {
    return this.problem?.code;
  }

  get detail(): string | undefined {
    return this.problem?.detail;
  }

  /** Every field or parameter at fault. */
  get errors(): readonly ProblemError[] {
    return this.problem?.errors ?? [];
  }

  /** Quote it to support. */
  get requestId(): string | undefined {
    return this.problem?.request_id ?? this.headers.get('request-id') ?? undefined;
  }

  /** Whether the same request may succeed later. */
  get retryable(): boolean {
    return this.problem?.retryable ?? (this.status === 429 || this.status >= 500);
  }
}

/** 400: a parameter, or JSON that cannot be read. */
export class BadRequestError extends ApiError {
  override name = 'BadRequestError';
}

/** 401: credentials are missing or not valid. */
export class AuthenticationError extends ApiError {
  override name = 'AuthenticationError';
}

/** 403: the key lacks a permission. */
export class PermissionDeniedError extends ApiError {
  override name = 'PermissionDeniedError';
}

/** 404: not there, or not yours. */
export class NotFoundError extends ApiError {
  override name = 'NotFoundError';
}

/** 405. */
export class MethodNotAllowedError extends ApiError {
  override name = 'MethodNotAllowedError';
}

/** 406. */
export class NotAcceptableError extends ApiError {
  override name = 'NotAcceptableError';
}

/** 409: the state of the resource does not allow it. */
export class ConflictError extends ApiError {
  override name = 'ConflictError';
}

/** 410: no longer there. */
export class GoneError extends ApiError {
  override name = 'GoneError';
}

/** 412: changed since it was read. */
export class PreconditionFailedError extends ApiError {
  override name = 'PreconditionFailedError';
}

/** 413, 414, 431: the body, the address or the headers are larger than the server takes. */
export class PayloadTooLargeError extends ApiError {
  override name = 'PayloadTooLargeError';
}

/** 415. */
export class UnsupportedMediaTypeError extends ApiError {
  override name = 'UnsupportedMediaTypeError';
}

/** 422: the body does not fit; `errors` names all fields at once. */
export class ValidationError extends ApiError {
  override name = 'ValidationError';
}

/** 428: `ifMatch` is required. */
export class PreconditionRequiredError extends ApiError {
  override name = 'PreconditionRequiredError';
}

/** 429: too many requests, or a quota is used up. */
export class RateLimitError extends ApiError {
  override name = 'RateLimitError';
}

/** Any 5xx. */
export class ServerError extends ApiError {
  override name = 'ServerError';
}

/** 500. */
export class InternalServerError extends ServerError {
  override name = 'InternalServerError';
}

/** 502: a provider refused or failed. */
export class BadGatewayError extends ServerError {
  override name = 'BadGatewayError';
}

/** 503. */
export class ServiceUnavailableError extends ServerError {
  override name = 'ServiceUnavailableError';
}

/** 504. */
export class GatewayTimeoutError extends ServerError {
  override name = 'GatewayTimeoutError';
}

const classes: Readonly<Record<number, new (response: ErrorResponse) => ApiError>> = {
  400: BadRequestError,
  401: AuthenticationError,
  403: PermissionDeniedError,
  404: NotFoundError,
  405: MethodNotAllowedError,
  406: NotAcceptableError,
  409: ConflictError,
  410: GoneError,
  412: PreconditionFailedError,
  413: PayloadTooLargeError,
  414: PayloadTooLargeError,
  415: UnsupportedMediaTypeError,
  422: ValidationError,
  428: PreconditionRequiredError,
  429: RateLimitError,
  431: PayloadTooLargeError,
  500: InternalServerError,
  502: BadGatewayError,
  503: ServiceUnavailableError,
  504: GatewayTimeoutError,
};

/** The error of a status. */
export function errorOf(response: ErrorResponse): ApiError {
  const { status } = response;
  return new (classes[status] ?? (status >= 500 ? ServerError : ApiError))(response);
}

function messageOf({ status, problem, headers }: ErrorResponse): string {
  const request = problem?.request_id ?? headers.get('request-id');
  const said = problem ? saidBy(problem) : 'no problem+json';
  return `${status} ${said}${request ? ` (request ${request})` : ''}`;
}

function saidBy({ code, detail, title }: Problem): string {
  return `${code}: ${detail ?? title}`;
}

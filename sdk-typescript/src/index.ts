export { ChatFlow, ChatFlow as default } from './client.js';
export {
  ChatFlowError,
  ConnectionError,
  TimeoutError,
  InvalidResponseError,
  OperationFailedError,
  WebhookVerificationError,
  AbortedError,
  ApiError,
  BadRequestError,
  AuthenticationError,
  PermissionDeniedError,
  NotFoundError,
  MethodNotAllowedError,
  NotAcceptableError,
  ConflictError,
  GoneError,
  PreconditionFailedError,
  PayloadTooLargeError,
  UnsupportedMediaTypeError,
  ValidationError,
  PreconditionRequiredError,
  RateLimitError,
  ServerError,
  InternalServerError,
  BadGatewayError,
  ServiceUnavailableError,
  GatewayTimeoutError,
} from './core/errors.js';
export type { ErrorResponse, WebhookVerificationReason } from './core/errors.js';
export type { StreamEventsParams } from './core/events.js';
export type { WaitOptions } from './core/operations.js';
export type {
  ClientOptions,
  Fetch,
  LogEvent,
  Logger,
  RequestOptions,
  StreamOptions,
} from './core/options.js';
export { Page, PagePromise } from './core/page.js';
export { ApiPromise, type ApiResponse } from './core/promise.js';
export { EventStream } from './core/stream.js';
export type { AnyValue, JsonValue, UnknownTag, UnknownVariant } from './core/types.js';
export { VERSION } from './core/version.js';
export type { RawBody, WebhookHeaders, WebhookKeys, WebhookOptions } from './webhooks.js';
export type { ClientWebhooks } from './core/client-webhooks.js';
export type * from './generated/index.js';

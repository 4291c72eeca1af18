export { ChatFlow, ChatFlow as default } from './client.js';
export * from './core/errors.js';
export type { ClientOptions, Fetch, LogEvent, Logger, RequestOptions } from './core/options.js';
export { Page, PagePromise } from './core/page.js';
export { ApiPromise, type ApiResponse } from './core/promise.js';
export type { AnyValue, JsonValue, UnknownTag, UnknownVariant } from './core/types.js';
export { VERSION } from './core/version.js';
export { Webhook, type WebhookOptions } from './webhook.js';
export type * from './generated/index.js';

// What generated code stands on.
export { StreamedEvents } from './events.js';
export { AwaitedOperations } from './operations.js';
export type { RequestOptions } from './options.js';
export type { PagePromise } from './page.js';
export type { ApiPromise } from './promise.js';
export { Resource } from './resource.js';

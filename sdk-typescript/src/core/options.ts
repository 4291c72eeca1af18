/**
 * What a log hook is told. Never a body, a value of the query or a credential: a header whose name
 * speaks of one (`authorization`, `cookie`, `x-api-key`, `x-session-token`, …) is `***`.
 */
export interface LogEvent {
  readonly event: 'request' | 'response' | 'retry' | 'failure';
  /** `operationId` of the contract. */
  readonly operation: string;
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  /** Names in the query; the values stay out, they can hold personal data. */
  readonly query: readonly string[];
  /** Headers as sent (`request`) or received (`response`); credentials are `***`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** 1 for the first attempt. */
  readonly attempt: number;
  readonly status?: number;
  readonly requestId?: string;
  readonly durationMs?: number;
  /** Until the next attempt (`retry`). */
  readonly delayMs?: number;
  /** Name of the error (`retry`, `failure`). */
  readonly error?: string;
}

export type Logger = (event: LogEvent) => void;

/** The part of `fetch` that is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface ClientOptions {
  /** API key (`cf_live_…`, `cf_test_…`) or a session token. */
  apiKey: string;
  /** Where ChatFlow runs, `https://chat.example.com`. A path in it is kept. */
  baseUrl: string;
  /** Milliseconds for one attempt, body included; `Infinity` for no end. Default: 30,000. */
  timeout?: number | undefined;
  /** Further attempts after the first. Default: 2. */
  maxRetries?: number | undefined;
  /** Workspace (`wsp_…`) for keys of an organization. */
  workspace?: string | undefined;
  /** `whsec_…` or `whpk_…` of your endpoint, for `webhooks.unwrap`; several during a rotation. */
  webhookKeys?: string | readonly string[] | undefined;
  /** Sent with every request. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Replaces the global `fetch`. */
  fetch?: Fetch | undefined;
  /** Called for each request, response, retry and failure; what it throws is ignored. */
  logger?: Logger | undefined;
  /** Allows an API key in a browser, where everyone can read it. Use session tokens instead. */
  dangerouslyAllowBrowser?: boolean | undefined;
}

/** Options of one request; they win over those of the client. */
export interface RequestOptions {
  /** Milliseconds for one attempt, body included. */
  timeout?: number | undefined;
  maxRetries?: number | undefined;
  /** Gives up at once, also while waiting for a retry. */
  signal?: AbortSignal | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  /** Default for POST and PATCH: a new UUID, the same for all attempts. */
  idempotencyKey?: string | undefined;
  workspace?: string | undefined;
  /** ETag that the resource must still have; see `withResponse().etag`. */
  ifMatch?: string | undefined;
}

/** Options of a stream. */
export interface StreamOptions {
  /** Milliseconds until a connection answers; what follows may take for ever. */
  timeout?: number | undefined;
  /** Milliseconds without a byte after which the connection is made again. Default: 45,000. */
  silenceTimeout?: number | undefined;
  /** Attempts in a row that may fail. Default: no limit. */
  maxRetries?: number | undefined;
  /** Ends the stream with an `AbortedError`. */
  signal?: AbortSignal | undefined;
  headers?: Readonly<Record<string, string>> | undefined;
  workspace?: string | undefined;
}

/** One operation, as the generated code describes it. */
export interface Call {
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly pathParams?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly form?: FormData;
  readonly contentType?: string;
  readonly accept?: string;
}

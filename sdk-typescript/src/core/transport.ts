import type { Problem } from '../generated/models/index.js';
import {
  type ApiError,
  ChatFlowError,
  ConnectionError,
  TimeoutError,
  abortedBy,
  elsewhere,
  errorOf,
} from './errors.js';
import type { Call, ClientOptions, Fetch, LogEvent, Logger, RequestOptions } from './options.js';
import { randomUuid, userAgent } from './platform.js';
import type { ApiResponse } from './promise.js';
import { delayBefore, pause } from './retry.js';

const TIMEOUT_MS = 30_000;
const MAX_RETRIES = 2;
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const JSON_TYPES = 'application/json, application/problem+json';
// names of headers that carry credentials, those that callers add included
const SECRET_HEADER = /auth|cookie|token|secret|password|signature|api-?key/;

export type Told = Pick<LogEvent, 'operation' | 'method' | 'path' | 'query' | 'attempt'>;

interface Prepared {
  readonly url: string;
  readonly init: RequestInit & { readonly headers: Record<string, string> };
  readonly timeout: number;
  readonly told: Omit<Told, 'attempt'>;
}

/** An answer that was read, and the same as `fetch` would give it. */
export interface Received<T> {
  readonly answer: ApiResponse<T>;
  readonly raw: () => Response;
}

/** Sends calls: headers, timeouts, retries, errors. */
export class Transport {
  readonly #options: Readonly<ClientOptions>;
  readonly #base: string;
  readonly #fetch: Fetch;

  constructor(options: ClientOptions) {
    this.#options = { ...options };
    this.#base = baseOf(options.baseUrl);
    const given = options.fetch ?? globalThis.fetch;
    if (!given) throw new ChatFlowError('No global fetch: pass one as `fetch`.');
    this.#fetch = (url, init) => given(url, init);
  }

  async send<T>(call: Call, options: RequestOptions = {}): Promise<Received<T>> {
    const prepared = this.#prepare(call, options);
    const retries = options.maxRetries ?? this.#options.maxRetries ?? MAX_RETRIES;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt<T>(prepared, attempt, options.signal);
      } catch (error) {
        const delayMs =
          attempt > retries ? undefined : delayBefore(error, attempt, Date.now(), Math.random);
        this.failed({ ...prepared.told, attempt }, error, delayMs);
        if (delayMs === undefined) throw error;
        await pause(delayMs, options.signal);
      }
    }
  }

  /** One attempt whose answer is read bit by bit: `timeout` is for its head, `link` ends it. */
  async open(
    call: Call,
    options: RequestOptions,
    attempt: number,
    link: AbortController,
  ): Promise<Response> {
    const { url, init, timeout, told } = this.#prepare(call, options);
    const done = this.#begin(init, { ...told, attempt });
    const { response, body } = await within(timeout, link.signal, async (signal) => {
      signal.addEventListener('abort', () => link.abort(), { once: true });
      const response = await this.#fetch(url, { ...init, signal: link.signal });
      return { response, body: response.ok ? undefined : await response.text() };
    });
    done(response);
    if (body !== undefined) throw refusalOf(response, body);
    return response;
  }

  #prepare(call: Call, options: RequestOptions): Prepared {
    const told = toldOf(call);
    return {
      url: `${this.#base}${told.path}${queryOf(call.query)}`,
      init: {
        method: call.method,
        headers: this.#headers(call, options),
        redirect: 'manual',
        // fetch says itself what a form is; without a body this is undefined
        body: call.form ?? JSON.stringify(call.body),
      },
      timeout: options.timeout ?? this.#options.timeout ?? TIMEOUT_MS,
      told,
    };
  }

  #headers(call: Call, options: RequestOptions): Record<string, string> {
    const writes = call.method === 'POST' || call.method === 'PATCH';
    const own: Record<string, string | undefined> = {
      accept: call.accept ?? JSON_TYPES,
      authorization: `Bearer ${this.#options.apiKey}`,
      'user-agent': userAgent(),
      'chatflow-workspace': options.workspace ?? this.#options.workspace,
      'idempotency-key': options.idempotencyKey ?? (writes ? randomUuid() : undefined),
      'if-match': options.ifMatch,
      'content-type': call.body === undefined ? undefined : (call.contentType ?? 'application/json'),
    };
    for (const given of [this.#options.headers, options.headers]) {
      for (const [name, value] of Object.entries(given ?? {})) own[name.toLowerCase()] = value;
    }
    const entries = Object.entries(own).filter(([, value]) => value !== undefined);
    return Object.fromEntries(entries) as Record<string, string>;
  }

  async #attempt<T>(
    { url, init, timeout, told }: Prepared,
    attempt: number,
    signal: AbortSignal | undefined,
  ): Promise<Received<T>> {
    const done = this.#begin(init, { ...told, attempt });
    const { response, body } = await within(timeout, signal, async (until) => {
      const response = await this.#fetch(url, { ...init, signal: until });
      return { response, body: await response.text() };
    });
    const requestId = done(response);
    if (!response.ok) throw refusalOf(response, body);
    const { status, headers } = response;
    return {
      answer: {
        data: dataOf<T>(body),
        status,
        headers,
        requestId,
        etag: headers.get('etag') ?? undefined,
        replayed: headers.get('idempotency-replayed') === 'true',
      },
      raw: () => new Response(body || null, response),
    };
  }

  // Tells the log of a request, and gives what tells it of the answer.
  #begin(init: Prepared['init'], told: Told): (response: Response) => string | undefined {
    this.#log({ ...told, event: 'request', headers: redacted(new Headers(init.headers)) });
    const started = Date.now();
    return ({ status, headers }) => {
      const requestId = headers.get('request-id') ?? undefined;
      this.#log({
        ...told,
        event: 'response',
        status,
        headers: redacted(headers),
        durationMs: Date.now() - started,
        ...(requestId ? { requestId } : {}),
      });
      return requestId;
    };
  }

  /** Tells the log that an attempt failed, and when there will be another. */
  failed(told: Told, error: unknown, delayMs: number | undefined): void {
    const name = error instanceof Error ? error.name : 'unknown';
    const next = delayMs === undefined ? { event: 'failure' as const } : { event: 'retry' as const, delayMs };
    this.#log({ ...told, error: name, ...next });
  }

  #log(event: LogEvent): void {
    const logger: Logger | undefined = this.#options.logger;
    try {
      logger?.(event);
    } catch {
      // a log hook must never cost a request
    }
  }
}

// Not AbortSignal.any: Node 18 does not have it.
async function within<T>(
  timeout: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (signal?.aborted) throw abortedBy(signal);
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  let late = false;
  const expire = (): void => {
    late = true;
    abort();
  };
  // a longer timer would ring at once
  const timer = timeout <= LONGEST_TIMER_MS ? setTimeout(expire, timeout) : undefined;
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await work(controller.signal);
  } catch (cause) {
    if (late) throw new TimeoutError(`No whole answer within ${timeout} ms.`, { cause });
    if (signal?.aborted) throw abortedBy(signal);
    throw new ConnectionError('No answer from the server.', { cause });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

function refusalOf(response: Response, body: string): ApiError {
  const { status, headers } = response;
  return errorOf({ status, headers, body, problem: problemOf(response, body) });
}

/** What the log is told of a call. */
export function toldOf(call: Call): Omit<Told, 'attempt'> {
  const query = Object.keys(call.query ?? {}).filter((name) => call.query?.[name] !== undefined);
  return { operation: call.operation, method: call.method, path: pathOf(call), query };
}

function baseOf(baseUrl: string): string {
  if (!/^https?:\/\//.test(baseUrl)) {
    throw new ChatFlowError(`baseUrl must begin with https:// or http://, not "${baseUrl}".`);
  }
  return baseUrl.replace(/\/+$/, '');
}

function pathOf({ operation, path, pathParams }: Call): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = pathParams?.[name];
    // an empty segment, or dots that a URL swallows even when escaped, would name another resource
    if (value === undefined || value === null || /^\.{0,2}$/.test(String(value))) {
      throw new ChatFlowError(`${operation} needs "${name}".`);
    }
    return encodeURIComponent(value);
  });
}

function queryOf(query: Call['query']): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const each of [value].flat()) {
      if (each !== undefined && each !== null) search.append(name, String(each));
    }
  }
  const text = search.toString();
  return text ? `?${text}` : '';
}

function problemOf(response: Response, body: string): Problem | undefined {
  if (!response.headers.get('content-type')?.includes('json')) return undefined;
  try {
    const problem = JSON.parse(body) as Problem | null;
    return problem?.code ? problem : undefined;
  } catch {
    return undefined;
  }
}

function dataOf<T>(body: string): T {
  if (body === '') return undefined as T;
  try {
    return JSON.parse(body) as T;
  } catch (cause) {
    throw elsewhere('not JSON', cause);
  }
}

function redacted(headers: Headers): Record<string, string> {
  const shown: Record<string, string> = {};
  headers.forEach((value, name) => {
    shown[name] = SECRET_HEADER.test(name) ? '***' : value;
  });
  return shown;
}

import type { Problem } from '../generated/models/index.js';
import {
  AbortedError,
  ChatFlowError,
  ConnectionError,
  InvalidResponseError,
  TimeoutError,
  errorOf,
} from './errors.js';
import type { Call, ClientOptions, Fetch, LogEvent, Logger, RequestOptions } from './options.js';
import { randomUuid, userAgent } from './platform.js';
import type { ApiResponse } from './promise.js';
import { delayBefore } from './retry.js';

const TIMEOUT_MS = 30_000;
const MAX_RETRIES = 2;
const SECRET_HEADERS = new Set(['authorization', 'cookie', 'set-cookie', 'proxy-authorization']);

type Told = Pick<LogEvent, 'operation' | 'method' | 'path' | 'query' | 'attempt'>;

interface Attempt {
  readonly url: string;
  readonly init: RequestInit;
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
  readonly told: Told;
}

/** Sends calls: headers, timeouts, retries, errors. */
export class Transport {
  readonly #options: Readonly<ClientOptions>;
  readonly #base: string;
  readonly #fetch: Fetch;

  constructor(options: ClientOptions) {
    this.#options = Object.freeze({ ...options });
    this.#base = baseOf(options.baseUrl);
    const given = options.fetch ?? globalThis.fetch;
    if (!given) throw new ChatFlowError('There is no global fetch here: pass one as `fetch`.');
    this.#fetch = (url, init) => given(url, init);
  }

  async send<T>(call: Call, options: RequestOptions = {}): Promise<ApiResponse<T>> {
    const path = pathOf(call);
    const url = `${this.#base}${path}${queryOf(call.query)}`;
    const init: RequestInit = {
      method: call.method,
      headers: this.#headers(call, options),
      redirect: 'manual',
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    };
    const query = Object.keys(call.query ?? {}).filter((name) => call.query?.[name] !== undefined);
    const timeout = options.timeout ?? this.#options.timeout ?? TIMEOUT_MS;
    const retries = options.maxRetries ?? this.#options.maxRetries ?? MAX_RETRIES;
    for (let attempt = 1; ; attempt++) {
      const told = { operation: call.operation, method: call.method, path, query, attempt };
      try {
        return await this.#attempt<T>({ url, init, timeout, signal: options.signal, told });
      } catch (error) {
        const delayMs =
          attempt > retries ? undefined : delayBefore(error, attempt, Date.now(), Math.random);
        const name = error instanceof Error ? error.name : 'unknown';
        if (delayMs === undefined) {
          this.#log({ ...told, event: 'failure', error: name });
          throw error;
        }
        this.#log({ ...told, event: 'retry', error: name, delayMs });
        await pause(delayMs, options.signal);
      }
    }
  }

  #headers(call: Call, options: RequestOptions): Record<string, string> {
    const agent = userAgent();
    const workspace = options.workspace ?? this.#options.workspace;
    const writes = call.method === 'POST' || call.method === 'PATCH';
    const key = options.idempotencyKey ?? (writes ? randomUuid() : undefined);
    const own: Record<string, string> = {
      accept: 'application/json, application/problem+json',
      authorization: `Bearer ${this.#options.apiKey}`,
      ...(agent ? { 'user-agent': agent } : {}),
      ...(workspace ? { 'chatflow-workspace': workspace } : {}),
      ...(key ? { 'idempotency-key': key } : {}),
      ...(options.ifMatch ? { 'if-match': options.ifMatch } : {}),
      ...(call.body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }),
    };
    for (const given of [this.#options.headers, options.headers]) {
      for (const [name, value] of Object.entries(given ?? {})) own[name.toLowerCase()] = value;
    }
    return own;
  }

  async #attempt<T>({ url, init, timeout, signal, told }: Attempt): Promise<ApiResponse<T>> {
    const headers = redact(Object.entries(init.headers as Record<string, string>));
    this.#log({ ...told, event: 'request', headers });
    const started = Date.now();
    const { response, body } = await this.#exchange(url, init, timeout, signal);
    const requestId = response.headers.get('request-id') ?? undefined;
    this.#log({
      ...told,
      event: 'response',
      status: response.status,
      headers: redact(entriesOf(response.headers)),
      durationMs: Date.now() - started,
      ...(requestId ? { requestId } : {}),
    });
    if (!response.ok) {
      const { status, headers: received } = response;
      throw errorOf({ status, headers: received, body, problem: problemOf(response, body) });
    }
    return {
      data: dataOf<T>(body),
      status: response.status,
      headers: response.headers,
      requestId,
      etag: response.headers.get('etag') ?? undefined,
      replayed: response.headers.get('idempotency-replayed') === 'true',
    };
  }

  // Not AbortSignal.any: Node 18 does not have it.
  async #exchange(
    url: string,
    init: RequestInit,
    timeout: number,
    signal: AbortSignal | undefined,
  ): Promise<{ response: Response; body: string }> {
    if (signal?.aborted) throw new AbortedError('The signal was aborted.', { cause: signal.reason });
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      abort();
    }, timeout);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const response = await this.#fetch(url, { ...init, signal: controller.signal });
      return { response, body: await response.text() };
    } catch (cause) {
      if (signal?.aborted) throw new AbortedError('The signal was aborted.', { cause });
      if (late) throw new TimeoutError(`No whole answer within ${timeout} ms.`, { cause });
      throw new ConnectionError('No answer from the server.', { cause });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
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
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined && each !== null) search.append(name, String(each));
    }
  }
  const text = search.toString();
  return text ? `?${text}` : '';
}

function problemOf(response: Response, body: string): Problem | undefined {
  if (!response.headers.get('content-type')?.includes('json')) return undefined;
  try {
    const problem: unknown = JSON.parse(body);
    const whole = typeof problem === 'object' && problem !== null && 'code' in problem;
    return whole ? (problem as Problem) : undefined;
  } catch {
    return undefined;
  }
}

function dataOf<T>(body: string): T {
  if (body === '') return undefined as T;
  try {
    return JSON.parse(body) as T;
  } catch (cause) {
    const hint = 'The answer is not JSON. Does baseUrl point to ChatFlow?';
    throw new InvalidResponseError(hint, { cause });
  }
}

function entriesOf(headers: Headers): [string, string][] {
  const entries: [string, string][] = [];
  headers.forEach((value, name) => entries.push([name, value]));
  return entries;
}

function redact(headers: [string, string][]): Record<string, string> {
  return Object.fromEntries(
    headers.map(([name, value]) => [name, SECRET_HEADERS.has(name) ? '***' : value]),
  );
}

function pause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(new AbortedError('The signal was aborted.', { cause: signal?.reason }));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, delayMs);
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

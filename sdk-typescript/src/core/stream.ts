import type { Event } from '../generated/models/index.js';
import { AbortedError, ApiError, ConnectionError, InvalidResponseError, abortedBy, elsewhere } from './errors.js';
import type { Call, StreamOptions } from './options.js';
import { isRetryable, pause, retryAfterOf } from './retry.js';
import { type SseMessage, SseParser } from './sse.js';
import { type Transport, toldOf } from './transport.js';

const SILENCE_MS = 45_000;
const FIRST_MS = 500;
const LONGEST_MS = 8_000;
const LONGEST_RETRY_AFTER_MS = 3_600_000;

/**
 * Events as they happen, each once and in order. A connection that breaks, falls silent or is
 * refused for now is made again, after the last event that was read. It ends with an error when the
 * position is past retention (410), the key may not read, or the signal is aborted.
 */
export class EventStream implements AsyncIterable<Event> {
  readonly #transport: Transport;
  readonly #call: Call;
  readonly #options: StreamOptions;
  #position: string | undefined;
  #retryMs = FIRST_MS;
  #link: AbortController | undefined;
  #closed = false;

  constructor(transport: Transport, call: Call, options: StreamOptions = {}) {
    this.#transport = transport;
    this.#call = call;
    this.#options = options;
    const cursor = call.query?.['cursor'];
    this.#position = cursor === undefined || cursor === null ? undefined : String(cursor);
  }

  /** Position of the last event that was read: the `cursor` to go on from another day. */
  get position(): string | undefined {
    return this.#position;
  }

  /** Ends the stream from outside its loop; the loop ends as if there were no more events. */
  close(): void {
    this.#closed = true;
    this.#link?.abort();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Event, void, undefined> {
    for (let failed = 0, attempt = 1; !this.#closed; attempt++) {
      const started = Date.now();
      let error: unknown;
      try {
        for await (const event of this.#events(attempt)) {
          failed = 0;
          yield event;
        }
        error = new ConnectionError('The server ended the stream.');
      } catch (thrown) {
        error = thrown;
      }
      if (this.#closed) return;
      if (Date.now() - started > LONGEST_MS) failed = 0;
      await this.#wait(error, ++failed, attempt);
    }
  }

  async #wait(error: unknown, failed: number, attempt: number): Promise<void> {
    const { signal, maxRetries = Infinity } = this.#options;
    const last = failed > maxRetries || !isRetryable(error);
    const delayMs = last ? undefined : this.#delay(error, failed);
    this.#transport.failed({ ...toldOf(this.#call), attempt }, error, delayMs);
    if (delayMs === undefined) throw error;
    const link = this.#open();
    try {
      await pause(delayMs, link.signal);
    } catch (aborted) {
      if (!this.#closed) throw signal?.aborted ? abortedBy(signal) : aborted;
    } finally {
      this.#release();
    }
  }

  // Half of it by chance: many readers must not come back at once.
  #delay(error: unknown, failed: number): number {
    const asked = error instanceof ApiError ? retryAfterOf(error.headers, Date.now()) : undefined;
    if (asked !== undefined) return Math.min(asked, LONGEST_RETRY_AFTER_MS);
    const most = Math.max(LONGEST_MS, this.#retryMs);
    return Math.min(most, this.#retryMs * 2 ** (failed - 1)) * (0.5 + Math.random() / 2);
  }

  async *#events(attempt: number): AsyncGenerator<Event, void, undefined> {
    const { signal } = this.#options;
    if (signal?.aborted) throw abortedBy(signal);
    const link = this.#open();
    try {
      const again = attempt > 1 && this.#position !== undefined;
      const resumed = again ? { 'last-event-id': this.#position ?? '' } : {};
      const call = { ...this.#call, query: { ...this.#call.query, cursor: this.#position } };
      const headers = { ...resumed, ...this.#options.headers };
      const response = await this.#transport.open(call, { ...this.#options, headers }, attempt, link);
      yield* this.#read(bodyOf(response), link);
      if (signal?.aborted) throw abortedBy(signal);
    } catch (error) {
      throw signal?.aborted ? abortedBy(signal) : error;
    } finally {
      link.abort();
      this.#release();
    }
  }

  async *#read(
    reader: ReadableStreamDefaultReader<Uint8Array>,
    link: AbortController,
  ): AsyncGenerator<Event, void, undefined> {
    const parser = new SseParser();
    try {
      for (;;) {
        const bytes = await this.#portion(reader, link);
        if (!bytes) return;
        for (const message of parser.push(bytes)) {
          if (link.signal.aborted) return;
          const event = this.#eventOf(message);
          if (event) yield event;
        }
        // also the id of a block without data: where the stream stood when nothing had happened yet
        if (parser.lastId) this.#position = parser.lastId;
        if (parser.retryMs !== undefined) this.#retryMs = parser.retryMs;
      }
    } finally {
      reader.cancel().catch(() => undefined);
    }
  }

  async #portion(
    reader: ReadableStreamDefaultReader<Uint8Array>,
    link: AbortController,
  ): Promise<Uint8Array | undefined> {
    let silent = false;
    const silenceMs = this.#options.silenceTimeout ?? SILENCE_MS;
    // cancel: a fetch of the caller's own may not care for the signal any more
    const cancel = (): void => void reader.cancel().catch(() => undefined);
    const timer = setTimeout(() => {
      silent = true;
      cancel();
    }, silenceMs);
    link.signal.addEventListener('abort', cancel, { once: true });
    try {
      if (link.signal.aborted) cancel();
      const { value } = await reader.read();
      if (silent) throw new ConnectionError(`Not a byte for ${silenceMs} ms.`);
      if (link.signal.aborted) throw abortedBy(link.signal);
      return value;
    } catch (cause) {
      if (cause instanceof ConnectionError || cause instanceof AbortedError) throw cause;
      throw new ConnectionError('The stream broke off.', { cause });
    } finally {
      clearTimeout(timer);
      link.signal.removeEventListener('abort', cancel);
    }
  }

  /** Undefined for what was read before: a server may repeat, a reader of this stream never sees it. */
  #eventOf({ id, data }: SseMessage): Event | undefined {
    if (data === '') return undefined;
    let event: unknown;
    try {
      event = JSON.parse(data);
    } catch (cause) {
      throw new InvalidResponseError('The stream holds what is not JSON.', { cause });
    }
    if (id && this.#position !== undefined && Number(id) <= Number(this.#position)) return undefined;
    if (id) this.#position = id;
    return event as Event;
  }

  #open(): AbortController {
    const link = new AbortController();
    this.#link = link;
    this.#options.signal?.addEventListener('abort', this.#abort);
    return link;
  }

  #release(): void {
    this.#link = undefined;
    this.#options.signal?.removeEventListener('abort', this.#abort);
  }

  readonly #abort = (): void => this.#link?.abort();
}

function bodyOf(response: Response): ReadableStreamDefaultReader<Uint8Array> {
  const type = response.headers.get('content-type') ?? '';
  if (!response.body || !/^text\/event-stream\b/i.test(type)) {
    throw elsewhere('no event stream');
  }
  return response.body.getReader();
}

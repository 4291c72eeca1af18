/** A dispatched message of an event stream. */
export interface SseMessage {
  /** `message` unless the stream says otherwise. */
  readonly event: string;
  readonly data: string;
  /** The last id that the stream has named so far; empty when none. */
  readonly id: string;
}

/**
 * Reads `text/event-stream` as WHATWG has it (HTML, 9.2.6): bytes in any portions in, messages out.
 * What was not ended by an empty line is never a message.
 */
export class SseParser {
  // takes a byte order mark away, and keeps the beginning of a character for the next portion
  readonly #decoder = new TextDecoder();
  #rest = '';
  #afterCr = false;
  #event = '';
  #data: string | undefined;
  #id = '';
  #lastId = '';
  #retryMs: number | undefined;

  /** The last id; a block without data names one, too. */
  get lastId(): string {
    return this.#lastId;
  }

  /** How long the stream wants a reader to wait before it comes back. */
  get retryMs(): number | undefined {
    return this.#retryMs;
  }

  push(bytes: Uint8Array): SseMessage[] {
    let text = this.#decoder.decode(bytes, { stream: true });
    if (text === '') return [];
    if (this.#afterCr && text.startsWith('\n')) text = text.slice(1);
    this.#afterCr = text.endsWith('\r');
    const [first = '', ...lines] = text.split(/\r\n|\r|\n/);
    lines.unshift(this.#rest + first);
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => (line === '' ? this.#dispatch() : this.#field(line)));
  }

  #dispatch(): SseMessage[] {
    const [event, data] = [this.#event || 'message', this.#data];
    this.#lastId = this.#id;
    this.#event = '';
    this.#data = undefined;
    return data === undefined ? [] : [{ event, data, id: this.#lastId }];
  }

  #field(line: string): [] {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
    else if (name === 'event') this.#event = value;
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
    else if (name === 'retry' && /^\d+$/.test(value)) this.#retryMs = Number(value);
    return [];
  }
}

import { ApiPromise } from './promise.js';
import type { Received } from './transport.js';

/** A page as it stands on the wire. */
export interface WirePage<T> {
  object: 'list';
  data: T[];
  has_more: boolean;
  next_cursor: string | null;
}

type Fetcher<T> = (cursor: string) => PagePromise<T>;

/** One page of a list. Iterating over it goes on through all pages that follow. */
export class Page<T> implements WirePage<T>, AsyncIterable<T> {
  declare readonly object: 'list';
  declare readonly data: T[];
  /** Whether a further page exists. */
  declare readonly has_more: boolean;
  /** Pass as `cursor` to read on later; null on the last page. */
  declare readonly next_cursor: string | null;
  readonly #fetch: Fetcher<T>;

  constructor(page: WirePage<T>, fetch: Fetcher<T>) {
    Object.assign(this, page);
    this.#fetch = fetch;
  }

  /** The next page; undefined on the last one. */
  async nextPage(): Promise<Page<T> | undefined> {
    if (!this.has_more || this.next_cursor === null) return undefined;
    return this.#fetch(this.next_cursor);
  }

  /** This page and all that follow. */
  async *pages(): AsyncGenerator<Page<T>, void, undefined> {
    for (let page: Page<T> | undefined = this; page; page = await page.nextPage()) yield page;
  }

  /** The items of this page and all that follow, `most` of them at the most. */
  async toArray(most = Infinity): Promise<T[]> {
    const items: T[] = [];
    for await (const page of this.pages()) {
      items.push(...page.data.slice(0, most - items.length));
      if (items.length >= most) break;
    }
    return items;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for await (const page of this.pages()) yield* page.data;
  }
}

/** The promise of a page; `for await` over it reads all items of all pages. */
export class PagePromise<T> extends ApiPromise<Page<T>> implements AsyncIterable<T> {
  constructor(received: Promise<Received<WirePage<T>>>, fetch: Fetcher<T>) {
    super(
      received.then(({ answer, raw }) => ({
        answer: { ...answer, data: new Page(answer.data, fetch) },
        raw,
      })),
    );
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    yield* await this;
  }

  /** Page by page. */
  async *pages(): AsyncGenerator<Page<T>, void, undefined> {
    yield* (await this).pages();
  }

  /** The items of all pages, `most` of them at the most. */
  async toArray(most?: number): Promise<T[]> {
    return (await this).toArray(most);
  }
}

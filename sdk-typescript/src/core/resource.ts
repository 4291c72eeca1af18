import type { Call, RequestOptions } from './options.js';
import { PagePromise, type WirePage } from './page.js';
import { ApiPromise } from './promise.js';
import type { Transport } from './transport.js';

/** What generated operations stand on. */
export class Resource {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  protected get transport(): Transport {
    return this.#transport;
  }

  protected call<T>(call: Call, options?: RequestOptions): ApiPromise<T> {
    return new ApiPromise(this.#transport.send<T>(call, options));
  }

  protected page<T>(call: Call, options?: RequestOptions): PagePromise<T> {
    const next = (cursor: string): PagePromise<T> =>
      this.page({ ...call, query: { ...call.query, cursor } }, options);
    return new PagePromise(this.#transport.send<WirePage<T>>(call, options), next);
  }
}

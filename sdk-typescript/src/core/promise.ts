import type { Received } from './transport.js';

/** An answer with what stood around it. */
export interface ApiResponse<T> {
  readonly data: T;
  readonly status: number;
  readonly headers: Headers;
  /** `Request-Id`: quote it to support. */
  readonly requestId: string | undefined;
  /** Give it back as `ifMatch`. */
  readonly etag: string | undefined;
  /** Whether this is the stored answer of an earlier request with the same idempotency key. */
  readonly replayed: boolean;
}

/** The promise of an answer; `withResponse()` also gives status and headers. */
export class ApiPromise<T> implements Promise<T> {
  readonly #received: Promise<Received<T>>;

  constructor(received: Promise<Received<T>>) {
    this.#received = received;
  }

  get [Symbol.toStringTag](): string {
    return 'ApiPromise';
  }

  withResponse(): Promise<ApiResponse<T>> {
    return this.#received.then(({ answer }) => answer);
  }

  /** The answer as `fetch` gives it, its body unread. An error of the server is thrown as ever. */
  asResponse(): Promise<Response> {
    return this.#received.then(({ raw }) => raw());
  }

  then<A = T, B = never>(
    fulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#received.then(({ answer }) => answer.data).then(fulfilled, rejected);
  }

  catch<B = never>(rejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(undefined, rejected);
  }

  finally(done?: (() => void) | null): Promise<T> {
    return this.then().finally(done);
  }
}

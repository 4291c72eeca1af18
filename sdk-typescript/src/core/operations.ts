import type { Operation } from '../generated/models/index.js';
import { OperationFailedError, TimeoutError } from './errors.js';
import type { RequestOptions } from './options.js';
import type { ApiPromise } from './promise.js';
import { Resource } from './resource.js';
import { pause, retryAfterOf } from './retry.js';

/** How an operation is waited for. */
export interface WaitOptions extends Pick<RequestOptions, 'signal' | 'headers' | 'workspace'> {
  /** Milliseconds for all of it. Default: as long as the operation takes. */
  timeout?: number | undefined;
  /** Milliseconds between the first two questions; doubles up to 5,000. Default: 250. */
  interval?: number | undefined;
}

/** What `client.operations` has beside the operations that are generated. */
export abstract class AwaitedOperations extends Resource {
  abstract get(id: string, options?: RequestOptions): ApiPromise<Operation>;

  /**
   * Waits for the end of an operation: asks about it with growing pauses, or as `Retry-After` has it.
   *
   * ```ts
   * const { result } = await client.operations.wait(await client.webhookEndpoints.replay(id, { since }));
   * ```
   *
   * Gives the operation, which has succeeded. One that failed or was cancelled is an
   * `OperationFailedError`; one that has not ended in time a `TimeoutError`: it goes on then.
   */
  async wait(
    operation: string | Pick<Operation, 'id'>,
    { timeout = Infinity, interval = 250, ...options }: WaitOptions = {},
  ): Promise<Operation> {
    const id = typeof operation === 'string' ? operation : operation.id;
    const end = Date.now() + timeout;
    for (let delay = interval; ; delay = Math.min(delay * 2, 5_000)) {
      const { data, headers } = await this.get(id, options).withResponse();
      if (data.status === 'failed' || data.status === 'cancelled') throw new OperationFailedError(data);
      if (data.finished_at) return data;
      const now = Date.now();
      if (now >= end) throw new TimeoutError(`${id} goes on after ${timeout} ms.`);
      await pause(Math.min(end - now, Math.max(delay, retryAfterOf(headers, now) ?? 0)), options.signal);
    }
  }
}

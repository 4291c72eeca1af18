import { ApiError, ConnectionError, abortedBy } from './errors.js';

const FIRST_MS = 500;
const LONGEST_MS = 8_000;

/** A longer `Retry-After` is the caller's decision: the error is thrown at once. */
export const LONGEST_RETRY_AFTER_MS = 60_000;

/**
 * Whether another attempt makes sense: no answer, 408, 409 `…_in_progress`, 429 and 5xx; never when
 * the problem itself says that the request cannot succeed later (`quota_exceeded`).
 */
export function isRetryable(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  if (!(error instanceof ApiError)) return false;
  if (error.status === 409) return error.code?.endsWith('_in_progress') ?? false;
  if (error.problem?.retryable === false) return false;
  return error.status === 408 || error.status === 429 || error.status >= 500;
}

/** Milliseconds of `Retry-After`: seconds or an HTTP date (RFC 9110). */
export function retryAfterOf(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (!value) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/**
 * Milliseconds before attempt `failed + 1`, or undefined when it should not be made. Without
 * `Retry-After`: full jitter under 0.5 s, 1 s, 2 s … 8 s.
 */
export function delayBefore(
  error: unknown,
  failed: number,
  now: number,
  random: () => number,
): number | undefined {
  if (!isRetryable(error)) return undefined;
  const asked = error instanceof ApiError ? retryAfterOf(error.headers, now) : undefined;
  if (asked !== undefined) return asked <= LONGEST_RETRY_AFTER_MS ? asked : undefined;
  return random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** (failed - 1));
}

export function pause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(abortedBy(signal));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, delayMs);
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

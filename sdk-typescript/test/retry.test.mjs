import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConflictError, ConnectionError, ServerError, TimeoutError, RateLimitError } from '../dist/esm/index.js';
import { delayBefore, retryAfterOf } from '../dist/esm/core/retry.js';
import { errorOf } from '../dist/esm/core/errors.js';
import { hangUp, json, message, problem, sayNothing, serve } from './scripted-server.mjs';

const now = { 'retry-after': '0' };
const error = (status, code, headers = {}, more = {}) =>
  errorOf({ status, headers: new Headers(headers), body: '', problem: code && { code, ...more } });

describe('a retry', () => {
  it('follows 503, 429, 408 and a conflict in progress, with the same idempotency key', async (test) => {
    for (const failure of [
      problem(503, 'service_unavailable', { retryable: true }, now),
      problem(429, 'rate_limited', { retryable: true }, now),
      problem(408, 'request_timeout', { retryable: true }, now),
      problem(409, 'idempotency_in_progress', { retryable: true }, now),
    ]) {
      const { client, requests } = await serve(test, failure, failure, json(202, message));

      assert.deepEqual(await client().messages.send({ content: {} }), message);

      const keys = requests.map(({ headers }) => headers['idempotency-key']);
      assert.equal(keys.length, 3);
      assert.equal(new Set(keys).size, 1);
      assert.equal(new Set(requests.map(({ body }) => body)).size, 1);
    }
  });

  it('follows a connection that breaks', async (test) => {
    const { client, requests } = await serve(test, hangUp, json(202, message));

    assert.deepEqual(await client().messages.send({}), message);
    assert.equal(requests.length, 2);
    assert.equal(requests[0].headers['idempotency-key'], requests[1].headers['idempotency-key']);
  });

  it('follows an answer that breaks off in its body', async (test) => {
    const half = (response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"id":');
      setTimeout(() => response.socket.destroy(), 5);
    };
    const { client } = await serve(test, half, json(200, message));

    assert.deepEqual(await client().messages.get('msg_1'), message);
  });

  it('ends after the second one, with the last error', async (test) => {
    const { client, requests } = await serve(test, problem(500, 'internal_error', { retryable: true }, now));

    await assert.rejects(client().me(), ServerError);
    assert.equal(requests.length, 3);
  });

  it('can be turned off for a client and for a request', async (test) => {
    const { client, requests } = await serve(test, problem(500, 'internal_error', {}, now));

    await assert.rejects(client({ maxRetries: 0 }).me());
    assert.equal(requests.length, 1);
    await assert.rejects(client({ maxRetries: 0 }).me({ maxRetries: 1 }));
    assert.equal(requests.length, 3);
  });

  it('never follows another conflict, a client error or a used-up quota', async (test) => {
    for (const [status, code] of [
      [409, 'message_not_cancellable'],
      [422, 'validation_failed'],
      [404, 'not_found'],
      [429, 'quota_exceeded'],
    ]) {
      const { client, requests } = await serve(test, problem(status, code, { retryable: false }, now));

      await assert.rejects(client().messages.cancel('msg_1'), { code });
      assert.equal(requests.length, 1, code);
    }
  });

  it('waits as long as Retry-After says', async (test) => {
    const busy = problem(429, 'rate_limited', { retryable: true }, { 'retry-after': '1' });
    const { client } = await serve(test, busy, json(200, {}));
    const started = performance.now();

    await client().me();

    assert.ok(performance.now() - started >= 990);
  });

  it('does not wait for a Retry-After of more than a minute', async (test) => {
    const busy = problem(429, 'rate_limited', { retryable: true }, { 'retry-after': '3600' });
    const { client, requests } = await serve(test, busy);

    await assert.rejects(client().me(), RateLimitError);
    assert.equal(requests.length, 1);
  });
});

describe('giving up', () => {
  it('after the timeout of an attempt is a TimeoutError', async (test) => {
    const { client, requests } = await serve(test, sayNothing);

    await assert.rejects(client({ maxRetries: 0 }).me({ timeout: 300 }), (thrown) => {
      assert.ok(thrown instanceof TimeoutError);
      assert.ok(thrown instanceof ConnectionError);
      return true;
    });
    // On a busy machine the time may be over before the request has arrived.
    assert.ok(requests.length <= 1);
  });

  it('covers a body that never ends', async (test) => {
    const endless = (response) => {
      response.writeHead(200);
      response.write('{');
    };
    const { client } = await serve(test, endless);

    await assert.rejects(client({ maxRetries: 0, timeout: 50 }).me(), TimeoutError);
  });

  it('never happens with an endless timeout', async (test) => {
    const slowly = (response) => setTimeout(() => response.end('{}'), 100);
    const { client } = await serve(test, slowly);

    for (const timeout of [Number.POSITIVE_INFINITY, 2 ** 40]) {
      assert.deepEqual(await client({ maxRetries: 0 }).me({ timeout }), {});
    }
  });

  it('by a signal ends an attempt, and the wait before the next one', async (test) => {
    const waiting = problem(503, 'service_unavailable', { retryable: true }, { 'retry-after': '30' });
    for (const answer of [sayNothing, waiting]) {
      const { client, requests } = await serve(test, answer);
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 60);

      await assert.rejects(client().me({ signal: controller.signal }), { name: 'AbortedError' });
      assert.equal(requests.length, 1);
    }
  });

  it('before the start sends nothing', async (test) => {
    const { client, requests } = await serve(test, json(200, {}));

    await assert.rejects(client().me({ signal: AbortSignal.abort() }), { name: 'AbortedError' });
    assert.equal(requests.length, 0);
  });

  it('without a server is a ConnectionError with its cause', async (test) => {
    const { client } = await serve(test, json(200, {}));
    const lost = client({ baseUrl: 'http://127.0.0.1:1', maxRetries: 0 });

    await assert.rejects(lost.me(), (thrown) => thrown instanceof ConnectionError && thrown.cause !== undefined);
  });
});

describe('the delay', () => {
  it('grows from half a second to eight, with full jitter', () => {
    const failure = error(500);
    const most = [1, 2, 3, 4, 5, 6, 7].map((failed) => delayBefore(failure, failed, 0, () => 1));

    assert.deepEqual(most, [500, 1000, 2000, 4000, 8000, 8000, 8000]);
    assert.equal(delayBefore(failure, 3, 0, () => 0), 0);
    assert.equal(delayBefore(failure, 3, 0, () => 0.5), 1000);
  });

  it('reads Retry-After in seconds and as a date', () => {
    const at = Date.parse('2026-01-15T09:30:00Z');
    const read = (value) => retryAfterOf(new Headers({ 'retry-after': value }), at);

    assert.equal(read('7'), 7000);
    assert.equal(read('Thu, 15 Jan 2026 09:30:05 GMT'), 5000);
    assert.equal(read('Thu, 15 Jan 2026 09:00:00 GMT'), 0);
    assert.equal(read('soon'), undefined);
  });

  it('is none for what cannot succeed', () => {
    const delay = (failure) => delayBefore(failure, 1, 0, () => 1);

    assert.equal(delay(error(400, 'invalid_parameter')), undefined);
    assert.equal(delay(error(409, 'conflict')), undefined);
    assert.equal(delay(error(502, 'upstream_error', {}, { retryable: false })), undefined);
    assert.equal(delay(new Error('a bug')), undefined);
    assert.ok(error(409, 'conflict') instanceof ConflictError);
  });
});

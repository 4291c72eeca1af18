import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AbortedError, NotFoundError, OperationFailedError, TimeoutError } from '../dist/esm/index.js';
import { json, problem, serve } from './scripted-server.mjs';

const id = 'opr_01kavk5e4sf2xr2bq6d8n1c7pm';
const operation = (status, more = {}) => ({
  id,
  object: 'operation',
  kind: 'webhook_endpoint.replay',
  status,
  progress: { done: 4, total: 12 },
  result: null,
  error: null,
  finished_at: ['pending', 'running'].includes(status) ? null : '2026-01-15T09:30:04Z',
  ...more,
});
const result = { object: 'webhook_replay', events: 12_000 };
const unfinished = (headers) => json(200, operation('running'), headers);
const succeeded = json(200, operation('succeeded', { result }));
const interval = 1;

describe('the wait for an operation', () => {
  it('asks until it has finished, and gives it', async (test) => {
    const { client, requests } = await serve(test, json(200, operation('pending')), unfinished(), succeeded);

    const finished = await client().operations.wait(id, { interval, headers: { 'x-trace': '1' } });

    assert.deepEqual(finished.result, result);
    assert.deepEqual(requests.map(({ method, path }) => `${method} ${path}`), Array(3).fill(`GET /v1/operations/${id}`));
    assert.ok(requests.every(({ headers }) => headers['x-trace'] === '1'));
  });

  it('takes the operation as well as its id', async (test) => {
    const { client } = await serve(test, unfinished(), succeeded);

    assert.equal((await client().operations.wait(operation('pending'), { interval })).status, 'succeeded');
  });

  it('pauses as long as the server asks for, and longer each time', async (test) => {
    const { client } = await serve(test, unfinished({ 'retry-after': '0.2' }), unfinished(), unfinished(), succeeded);
    const started = Date.now();

    await client().operations.wait(id, { interval: 20 });

    assert.ok(Date.now() - started >= 200 + 40 + 80 - 10, `${Date.now() - started} ms`);
  });

  it('ends with the problem of one that failed', async (test) => {
    const error = { code: 'not_found', title: 'Gone', detail: 'No webhook endpoint.', status: 404 };
    const { client } = await serve(test, json(200, operation('failed', { error })));

    await assert.rejects(client().operations.wait(id), (failure) => {
      assert.ok(failure instanceof OperationFailedError);
      assert.equal(failure.message, `webhook_endpoint.replay ${id} is failed: not_found: No webhook endpoint.`);
      assert.deepEqual(failure.problem, error);
      assert.equal(failure.operation.progress.done, 4);
      return true;
    });
  });

  it('ends without a problem when it was cancelled', async (test) => {
    const { client } = await serve(test, json(200, operation('cancelled')));

    await assert.rejects(client().operations.wait(id), (failure) => {
      assert.ok(failure instanceof OperationFailedError);
      assert.equal(failure.problem, undefined);
      assert.equal(failure.operation.status, 'cancelled');
      return true;
    });
  });

  it('gives one that ended in a way that this version does not know', async (test) => {
    const { client } = await serve(test, json(200, operation('superseded')));

    assert.equal((await client().operations.wait(id)).status, 'superseded');
  });

  it('ends after its timeout', async (test) => {
    const { client, requests } = await serve(test, unfinished());

    await assert.rejects(client().operations.wait(id, { interval: 10, timeout: 300 }), (failure) => {
      assert.ok(failure instanceof TimeoutError);
      assert.match(failure.message, /goes on after 300 ms/);
      return true;
    });
    assert.ok(requests.length >= 2);
  });

  it('ends with its signal', async (test) => {
    const controller = new AbortController();
    const { client } = await serve(test, (response) => {
      const { status, headers, body } = unfinished();
      response.writeHead(status, headers).end(body);
      setTimeout(() => controller.abort(), 20);
    });

    const { signal } = controller;
    await assert.rejects(client().operations.wait(id, { signal, interval: 60_000 }), AbortedError);
    await assert.rejects(client().operations.wait(id, { signal }), AbortedError);
  });

  it('throws what the server says of the question', async (test) => {
    const { client } = await serve(test, problem(404, 'not_found', { retryable: false }));

    await assert.rejects(client().operations.wait(id), NotFoundError);
  });
});

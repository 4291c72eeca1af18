import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as sdk from '../dist/esm/index.js';
import { operationsOf, readContract, resolve } from '../scripts/contract.mjs';
import { problem, serve } from './scripted-server.mjs';

const classes = {
  400: 'BadRequestError',
  401: 'AuthenticationError',
  403: 'PermissionDeniedError',
  404: 'NotFoundError',
  405: 'MethodNotAllowedError',
  406: 'NotAcceptableError',
  409: 'ConflictError',
  410: 'GoneError',
  412: 'PreconditionFailedError',
  413: 'PayloadTooLargeError',
  414: 'PayloadTooLargeError',
  415: 'UnsupportedMediaTypeError',
  422: 'ValidationError',
  428: 'PreconditionRequiredError',
  429: 'RateLimitError',
  431: 'PayloadTooLargeError',
  500: 'InternalServerError',
  502: 'BadGatewayError',
  503: 'ServiceUnavailableError',
  504: 'GatewayTimeoutError',
};

describe('an error', () => {
  it('has a class for each status of the contract', async (test) => {
    const contract = readContract();
    const codes = Object.values(contract.components.schemas.ProblemCode['x-problems']);
    const answers = operationsOf(contract).flatMap(({ operation }) => Object.keys(operation.responses));
    const statuses = new Set([...codes.map(({ status }) => status), ...answers.map(Number)]);

    for (const status of [...statuses].filter((each) => each >= 400)) {
      const { client } = await serve(test, problem(status, 'a_code', { detail: 'Because.' }));

      await assert.rejects(client({ maxRetries: 0 }).me(), (thrown) => {
        assert.equal(thrown.name, classes[status], `status ${status}`);
        assert.ok(thrown instanceof sdk[classes[status]]);
        assert.ok(thrown instanceof sdk.ApiError);
        assert.equal(thrown instanceof sdk.ServerError, status >= 500);
        return true;
      });
    }
  });

  it('carries the whole problem, the request id and the headers', async (test) => {
    const contract = readContract();
    const { content } = resolve(contract, contract.components.responses.UnprocessableContent);
    const [{ value }] = Object.values(content['application/problem+json'].examples);
    const { client } = await serve(test, problem(422, value.code, { ...value, later: 1 }, { ratelimit: 'a' }));

    await assert.rejects(client().messages.send({}), (thrown) => {
      assert.equal(thrown.status, 422);
      assert.equal(thrown.code, 'validation_failed');
      assert.equal(thrown.detail, value.detail);
      assert.deepEqual(thrown.errors, value.errors);
      assert.equal(thrown.requestId, value.request_id);
      assert.equal(thrown.retryable, false);
      assert.equal(thrown.headers.get('ratelimit'), 'a');
      assert.deepEqual(thrown.problem, { ...value, later: 1 });
      assert.equal(thrown.message, `422 validation_failed: ${value.detail} (request ${value.request_id})`);
      return true;
    });
  });

  it('of a proxy has no problem, but its body', async (test) => {
    const { client } = await serve(test, { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad' });

    await assert.rejects(client({ maxRetries: 0 }).me(), (thrown) => {
      assert.equal(thrown.name, 'BadGatewayError');
      assert.equal(thrown.problem, undefined);
      assert.equal(thrown.code, undefined);
      assert.deepEqual(thrown.errors, []);
      assert.equal(thrown.retryable, true);
      assert.equal(thrown.body, '<h1>Bad');
      return true;
    });
  });

  it('of a status that nobody knows yet is still an ApiError', async (test) => {
    for (const [status, name] of [
      [418, 'ApiError'],
      [599, 'ServerError'],
      [302, 'ApiError'],
    ]) {
      const { client } = await serve(test, { status, headers: { location: '/elsewhere' } });

      await assert.rejects(client({ maxRetries: 0 }).me(), { name, status });
    }
  });
});

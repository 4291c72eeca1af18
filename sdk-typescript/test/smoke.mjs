// BASE_URL=… API_KEY=… [PATIENCE_MS=15000] node test/smoke.mjs
//
// Calls every operation of the contract through the SDK against a running server; an operation
// without a call is a failure. The key needs all permissions. Ends with "N passed, N failed" and
// exit code 1 when anything failed.
import assert from 'node:assert/strict';
import { ChatFlow } from '../dist/esm/index.js';
import { operationsOf, readContract } from '../scripts/contract.mjs';
import { steps } from './smoke-steps.mjs';

const { BASE_URL: baseUrl, API_KEY: apiKey } = process.env;
assert.ok(baseUrl && apiKey, 'Set BASE_URL and API_KEY.');

const answered = new Set();
const seen = new Map();
const client = new ChatFlow({
  apiKey,
  baseUrl,
  logger: ({ event, operation, status, requestId }) => {
    if (event !== 'response') return;
    if (status < 500) answered.add(operation);
    seen.set(operation, `${status}, request ${requestId}`);
  },
});

const results = { passed: 0, failed: 0 };
const report = (name, failure) => {
  results[failure ? 'failed' : 'passed']++;
  console.log(failure ? `FAILED ${name}: ${failure}` : `ok     ${name}`);
};

const found = {};
for (const [name, step] of Object.entries(steps)) {
  try {
    await step(client, found);
    report(name);
  } catch (error) {
    report(name, error.cause ? `${error.message} (${error.cause.message})` : error.message);
  }
}
for (const { id, accessor, name } of operationsOf(readContract())) {
  const last = seen.has(id)
    ? `the last answer was ${seen.get(id)}`
    : 'a step before it failed, or test/smoke-steps.mjs has no call';
  report(`client.${accessor}.${name}`, answered.has(id) ? undefined : `not answered; ${last}`);
}
console.log(`${results.passed} passed, ${results.failed} failed`);
process.exitCode = results.failed ? 1 : 0;

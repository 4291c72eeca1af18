import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { home } from '../scripts/files.mjs';
import { exampleServer, operations } from './example-server.mjs';
import { problem } from './scripted-server.mjs';

const smoke = (baseUrl) =>
  new Promise((done) => {
    const env = { ...process.env, BASE_URL: baseUrl, API_KEY: 'cf_test_a', PATIENCE_MS: '50' };
    const child = execFile(process.execPath, [join(home, 'test', 'smoke.mjs')], { env }, (_, out) =>
      done({ code: child.exitCode, lines: out.trim().split('\n') }),
    );
  });

describe('the smoke test', () => {
  it('has a call for every operation of the contract', () => {
    const steps = readFileSync(join(home, 'test', 'smoke-steps.mjs'), 'utf8');
    const missing = operations
      .map(({ accessor, name }) => (name === 'me' ? 'client.me(' : `client.${accessor}.${name}(`))
      .filter((call) => !steps.includes(call));

    assert.deepEqual(missing, []);
  });

  it('ends with a count and an exit code, and names what was not answered', async (test) => {
    const broken = problem(500, 'internal_error', { retryable: false });
    const { baseUrl } = await exampleServer(test, { listPermissions: broken, listEvents: broken });

    const { code, lines } = await smoke(baseUrl);

    assert.equal(code, 1);
    assert.match(lines.at(-1), /^\d+ passed, [1-9]\d* failed$/);
    assert.ok(lines.some((line) => /^FAILED client\.workspaces\.listPermissions: not answered/.test(line)));
    assert.ok(lines.some((line) => /^FAILED all of it is in the event log: 500 internal_error/.test(line)));
    assert.ok(lines.includes('ok     client.me') || lines.includes('ok     client.workspaces.me'));
  });
});

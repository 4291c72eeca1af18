import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { build } from 'esbuild';
import { home } from '../scripts/files.mjs';

// What the promise is about: everything but the generated operations, which grow with the contract.
const CORE_BYTES = 15_000;
const WEBHOOKS_BYTES = 5_000;
const BYTES_OF_AN_OPERATION = 200;

const withoutOperations = {
  name: 'without-operations',
  setup(build) {
    build.onLoad({ filter: /generated\/apis\/index\.js$/ }, () => ({
      contents: `export { StreamedEvents as Resources } from '../../core/index.js';`,
    }));
  },
};

// Loaded when `client.webhooks.unwrap` is called for the first time, and apart from the rest.
const webhooksApart = {
  name: 'webhooks-apart',
  setup(build) {
    build.onResolve({ filter: /\/webhooks\.js$/ }, ({ path, kind }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    );
  },
};

const bundle = async (contents, ...plugins) => {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: join(home, 'dist', 'esm') },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'error',
    plugins,
  });
  return { text: outputFiles[0].text, bytes: outputFiles[0].contents.length };
};

// with what operations have by hand
const everything = "export * from './index.js'; export { AwaitedOperations } from './core/index.js';";

describe('the bundle', () => {
  it('of the core is at most 15 kB minified, with all that it exports', async (test) => {
    const core = await bundle(everything, withoutOperations, webhooksApart);

    test.diagnostic(`core: ${core.bytes} bytes`);
    for (const part of ['idempotency-key', 'last-event-id', 'retry-after', 'GatewayTimeoutError', 'next_cursor', 'finished_at']) {
      assert.ok(core.text.includes(part), part);
    }
    assert.ok(core.bytes <= CORE_BYTES, `${core.bytes} bytes, ${CORE_BYTES} are allowed`);
  });

  it('of the webhooks alone has no client in it', async (test) => {
    const webhooks = await bundle("export * from './webhooks.js';");

    test.diagnostic(`webhooks: ${webhooks.bytes} bytes`);
    assert.ok(webhooks.bytes <= WEBHOOKS_BYTES, `${webhooks.bytes} bytes, ${WEBHOOKS_BYTES} are allowed`);
    assert.doesNotMatch(webhooks.text, /idempotency-key|fetch/);
  });

  it('of all of it grows little with each operation', async (test) => {
    const core = await bundle(everything, withoutOperations, webhooksApart);
    const whole = await bundle(everything, webhooksApart);
    const operations = whole.text.match(/operation:"/g).length;

    test.diagnostic(`all: ${whole.bytes} bytes, ${operations} operations`);
    assert.ok((whole.bytes - core.bytes) / operations <= BYTES_OF_AN_OPERATION);
  });

  it('is empty when nothing of it is used', async () => {
    const { text } = await bundle("import { ChatFlow } from './index.js'; import './webhooks.js';");

    assert.equal(text.trim(), '');
  });
});

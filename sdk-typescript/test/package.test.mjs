import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { filesUnder, home } from '../scripts/files.mjs';
import { chromium, inBrowser, withoutBrowser } from './chromium.mjs';
import { exampleServer } from './example-server.mjs';
import { json, page, problem } from './scripted-server.mjs';

const tsc = join(home, 'node_modules/typescript/bin/tsc');
const strictest = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  skipLibCheck: false,
  target: 'es2022',
  outDir: 'out',
};
// as a Node project has it: no types of a browser
const node = { ...strictest, module: 'nodenext', lib: ['es2022'], types: ['node'], typeRoots: [join(home, 'node_modules/@types')] };
const browser = { ...strictest, module: 'esnext', moduleResolution: 'bundler', lib: ['es2022', 'dom'], types: [] };

// Other Node programs to run the package with, beside the one that runs this.
const nodes = [process.execPath, ...(process.env.CHATFLOW_NODES?.split(delimiter) ?? [])];

const main = `
import { webcrypto } from 'node:crypto';
import { program } from './program.js';
// Node 18 has it, but not as a global
if (!('crypto' in globalThis)) Object.assign(globalThis, { crypto: webcrypto });
program(JSON.parse(process.env['GIVEN'] ?? '')).then((result) => console.log(JSON.stringify(result)));
`;

const wanted = {
  names: ['Sheena', 'Kerry'],
  sent: [202, 'req-1', 'message'],
  missing: 'not_found req-1',
  streamed: ['7 message.received', '8 message.sent', '9 message.failed'],
  unwrapped: ['tea.served', 'tea.served'],
};

describe('the packed package', () => {
  let folder;
  let tarball;
  const run = async (cwd, command, args, env = {}) => {
    const options = { cwd, env: { ...process.env, ...env } };
    const { stdout } = await promisify(execFile)(command, args, options).catch((failure) => {
      throw new Error(`${command} ${args.join(' ')}: ${failure.stdout}${failure.stderr}`);
    });
    return stdout;
  };

  // A project of its own in which the tarball is installed; without a network.
  const project = async (name, type, compilerOptions, ...more) => {
    const at = join(folder, name);
    mkdirSync(at);
    const file = (path, text) => writeFileSync(join(at, path), text);
    file('package.json', JSON.stringify({ name, type, private: true }));
    file('main.ts', main);
    copyFileSync(join(home, 'test/project/program.ts'), join(at, 'program.ts'));
    file('tsconfig.json', JSON.stringify({ compilerOptions, files: ['program.ts', ...more] }));
    await run(at, 'npm', ['install', '--offline', '--no-audit', '--no-fund', '--silent', tarball]);
    assert.equal(await run(at, process.execPath, [tsc, '-p', '.']), '');
    return at;
  };

  // Two pages of contacts, none of which can be read alone, and a webhook signed in both ways.
  const given = async (test, apiKey = 'cf_test_a') => {
    const { baseUrl, requests } = await exampleServer(test, {
      listContacts: (response, { query }) => {
        const name = query.has('cursor') ? 'Kerry' : 'Sheena';
        const { status, headers, body } = json(200, page([{ id: 'con_1', name }], query.has('cursor') ? null : 'c1'));
        response.writeHead(status, headers).end(body);
      },
      getContact: problem(404, 'not_found', { retryable: false }),
    });
    const body = '{"type":"tea.served"}';
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signed = `evt_1.${timestamp}.${body}`;
    const key = Buffer.alloc(32, 3);
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const v1 = createHmac('sha256', key).update(signed).digest('base64');
    const v1a = sign(null, Buffer.from(signed), privateKey).toString('base64');
    const headers = {
      'webhook-id': 'evt_1',
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${v1} v1a,${v1a}`,
    };
    const x = Buffer.from(publicKey.export({ format: 'jwk' }).x, 'base64url').toString('base64');
    return { requests, data: { baseUrl, apiKey, secret: `whsec_${key.toString('base64')}`, publicKey: `whpk_${x}`, body, headers } };
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chatflow-sdk-'));
    const [{ filename }] = JSON.parse(await run(home, 'npm', ['pack', '--json', '--silent', '--pack-destination', folder]));
    tarball = join(folder, filename.replace('@', '').replace('/', '-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [title, type] of [
    ['an ES module', 'module'],
    ['CommonJS', 'commonjs'],
  ]) {
    it(`is installed, compiled and run as ${title}`, async (test) => {
      const at = await project(type, type, node, 'main.ts');
      const { data } = await given(test);

      for (const program of nodes) {
        const output = await run(at, program, ['out/main.js'], { GIVEN: JSON.stringify(data) });
        assert.deepEqual(JSON.parse(output), wanted, program);
      }
    });
  }

  it('is required and imported without a compiler, from one process', async () => {
    const at = join(folder, 'commonjs');
    writeFileSync(
      join(at, 'plain.cjs'),
      `const { ChatFlow } = require('@chatflow/sdk');
      const { unwrap } = require('@chatflow/sdk/webhooks');
      Promise.all([import('@chatflow/sdk'), import('@chatflow/sdk/webhooks')]).then(([sdk, webhooks]) =>
        console.log(typeof ChatFlow, typeof unwrap, typeof sdk.default, sdk.default === sdk.ChatFlow, typeof webhooks.Webhooks));`,
    );

    assert.equal(await run(at, process.execPath, ['plain.cjs']), 'function function function true function\n');
    const reached = "require('@chatflow/sdk/dist/cjs/core/transport.js')";
    await assert.rejects(run(at, process.execPath, ['-e', reached]), /ERR_PACKAGE_PATH_NOT_EXPORTED/);
  });

  it('is bundled for a browser, and runs in one with a session token', async (test) => {
    const at = await project('browser', 'module', browser);
    const { data, requests } = await given(test, 'eyJhbGciOiJFUzI1NiJ9.e30.c2Vzc2lvbg');
    const { outputFiles } = await build({
      stdin: {
        contents: `import { program } from './out/program.js'; program(${JSON.stringify(data)}).then(report);`,
        resolveDir: at,
      },
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      write: false,
    });
    if (!chromium) return test.skip(withoutBrowser());

    assert.deepEqual(await inBrowser(outputFiles[0].text), wanted);

    const asked = requests.filter(({ method }) => method !== 'OPTIONS');
    assert.ok(requests.length > asked.length, 'another origin asks first');
    assert.ok(asked.every(({ headers }) => headers.authorization === `Bearer ${data.apiKey}`));
    assert.ok(asked.every(({ headers }) => headers['user-agent'].includes('Chrome')));
    return undefined;
  });

  it('carries what it needs and nothing else', async () => {
    const at = join(folder, 'commonjs', 'node_modules', '@chatflow', 'sdk');
    const { dependencies, peerDependencies, sideEffects, scripts } = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'));
    const files = filesUnder(at).map((file) => file.slice(at.length + 1));

    assert.deepEqual([dependencies, peerDependencies, sideEffects], [undefined, undefined, false]);
    assert.deepEqual(Object.keys(scripts).filter((name) => /install|prepare/.test(name)), []);
    assert.ok(files.includes('LICENSE'));
    assert.deepEqual(files.filter((name) => !/^(dist\/.+\.(js|d\.ts|json)|LICENSE|README\.md|package\.json)$/.test(name)), []);
    // each format has its types, and they say the same
    for (const name of files.filter((each) => each.startsWith('dist/esm/') && each.endsWith('.d.ts'))) {
      const [esm, cjs] = [name, name.replace('/esm/', '/cjs/')].map((each) => readFileSync(join(at, each), 'utf8'));
      assert.equal(esm, cjs, name);
    }
  });

  it('imports nothing but itself', () => {
    const code = filesUnder(join(home, 'dist')).filter((file) => file.endsWith('.js'));
    const imported = code.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/(?:from|import|require)\s*\(?\s*["']([^"']+)["']/g)].map(([, name]) => name),
    );

    assert.ok(imported.length > 20);
    assert.deepEqual(imported.filter((name) => !name.startsWith('.')), []);
  });
});

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, after, describe, it } from 'node:test';
import { home } from '../scripts/files.mjs';

const program = `
const client = new ChatFlow({
  apiKey: 'cf_test_a',
  baseUrl: 'https://chat.example.com',
  fetch: async (url) => new Response(JSON.stringify({ object: 'list', data: [{ id: url }], has_more: false })),
});
(async () => {
  for await (const contact of client.contacts.list()) console.log(contact.id);
  console.log(NotFoundError.name, Object.keys(client).length > 5);
})();
`;
const said = 'https://chat.example.com/v1/contacts\nNotFoundError true\n';
const imported = "import { ChatFlow, NotFoundError } from '@chatflow/sdk';\n";
const required = "const { ChatFlow, NotFoundError } = require('@chatflow/sdk');\n";

describe('the packed package', () => {
  let folder;
  const run = (command, ...args) => execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  const file = (name, text) => writeFileSync(join(folder, name), text);

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'chatflow-sdk-'));
    const packed = join(folder, 'node_modules', '@chatflow', 'sdk');
    mkdirSync(packed, { recursive: true });
    execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: home, stdio: 'pipe' });
    run('tar', '-xzf', 'chatflow-sdk-0.1.0.tgz', '-C', packed, '--strip-components=1');
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('runs as an ES module', () => {
    file('esm.mjs', imported + program);

    assert.equal(run(process.execPath, 'esm.mjs'), said);
  });

  it('runs as CommonJS', () => {
    file('cjs.cjs', required + program);

    assert.equal(run(process.execPath, 'cjs.cjs'), said);
  });

  it('has types for both, also under the strictest settings', () => {
    const typed = `
import { ChatFlow, type Contact, type MessageContent } from '@chatflow/sdk';
export const text = (content: MessageContent): string => (content.type === 'text' ? content.text : '');
export const name = async (client: ChatFlow): Promise<Contact['name']> => (await client.contacts.get('a')).name;
`;
    file('esm.mts', typed);
    file('cjs.cts', typed);
    const compilerOptions = {
      noEmit: true,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      verbatimModuleSyntax: false,
      skipLibCheck: false,
      target: 'es2022',
      lib: ['es2022', 'dom'],
      types: [],
      module: 'nodenext',
    };
    file('tsconfig.json', JSON.stringify({ compilerOptions, files: ['esm.mts', 'cjs.cts'] }));

    assert.equal(run(process.execPath, join(home, 'node_modules/typescript/bin/tsc'), '-p', '.'), '');
  });

  it('carries what it needs and nothing else', () => {
    const { dependencies, sideEffects } = JSON.parse(
      readFileSync(join(folder, 'node_modules/@chatflow/sdk/package.json'), 'utf8'),
    );
    const files = run('tar', '-tzf', 'chatflow-sdk-0.1.0.tgz').trim().split('\n');

    assert.equal(dependencies, undefined);
    assert.equal(sideEffects, false);
    assert.ok(files.includes('package/LICENSE'));
    assert.deepEqual(
      files.filter((name) => !/^package\/(dist\/.+\.(js|d\.ts|json)|LICENSE|README\.md|package\.json)$/.test(name)),
      [],
    );
  });
});

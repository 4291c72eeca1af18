import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { Server } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { transform } from 'esbuild';
import { guides, snippetsOf } from '../scripts/examples.mjs';
import { target, write } from '../scripts/files.mjs';
import { ChatFlow } from '../dist/esm/index.js';
import { exampleServer } from './example-server.mjs';
import { API_KEY, json, page, problem } from './scripted-server.mjs';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const GUIDE_URL = 'https://chat.example.com';

const signed = (body, secret = SECRET) => {
  const timestamp = Math.floor(Date.now() / 1000);
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const mac = createHmac('sha256', key).update(`evt_1.${timestamp}.${body}`).digest('base64');
  const headers = { 'webhook-id': 'evt_1', 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${mac}` };
  return { method: 'POST', headers, body };
};
const webhook = '{"id":"evt_1","position":7,"type":"message.received","data":{"message":{"content":{"type":"text"}}}}';
const other = `whsec_${Buffer.alloc(24).toString('base64')}`;

const receiver = {
  prints: [/^7 message\.received$/],
  then: async ({ servers, fetch }) => {
    const url = `http://127.0.0.1:${servers[0].address().port}`;
    assert.equal((await fetch(url, signed(webhook))).status, 204);
    assert.equal((await fetch(url, signed(webhook, other))).status, 400);
    assert.equal((await fetch(url, { method: 'POST' })).status, 400);
  },
};

// By heading and place under it: what the snippet asks the server, and what it prints.
const wanted = {
  '@chatflow/sdk 1': { asks: ['POST /v1/messages'] },
  'Send a message 1': { asks: ['POST /v1/messages'], prints: [/^msg_\w+ \w+$/] },
  'Send a message 2': { asks: ['GET /v1/me'], prints: [/^.+ \d+$/] },
  'Operations 1': { asks: ['PATCH /v1/contacts/con_01kavk5e4sf2xr2bq6d8n1c7pm'] },
  'Lists 1': {
    asks: ['GET /v1/contacts', 'GET /v1/contacts', 'GET /v1/contacts', 'GET /v1/contacts', 'GET /v1/contacts', 'GET /v1/contacts'],
    prints: [/^Sheena$/, /^Kerry$/, /^1 true c1$/, /^1$/, /^Sheena,Kerry$/],
  },
  'Lists 2': { asks: ['GET /v1/events'], prints: [/"type":"text"/] },
  'Events as they happen 1': { asks: ['GET /v1/events/stream'], prints: [/^1 \{/] },
  'Events as they happen 2': { asks: ['GET /v1/events/stream'], prints: [/^message\.\w+$/, /^go on from 1208$/] },
  'Long work 1': {
    asks: [/^POST \/v1\/webhook-endpoints\/whe_\w+\/replay$/, /^GET \/v1\/operations\/opr_\w+$/],
    prints: ['12000 events'],
  },
  'Types that stay open 1': { prints: [/^Hello$/] },
  'Concurrent changes 1': {
    asks: ['GET /v1/flows/flw_01kavk5e4sf2xr2bq6d8n1c7pm', /^PATCH \/v1\/flows\/flw_\w+$/],
  },
  'Errors and retries 1': {
    asks: ['POST /v1/messages/msg_01kavk5e4sf2xr2bq6d8n1c7pm/cancel'],
    prints: [/^Too late: req-1$/],
  },
  'Webhooks 1': {
    prints: [/"type":"text"/, /^signature_mismatch No signature matches/],
    then: async ({ result }) => {
      assert.equal((await result(new Request(GUIDE_URL, signed(webhook)))).status, 204);
      assert.equal((await result(new Request(GUIDE_URL, signed(webhook, other)))).status, 400);
    },
  },
  'Webhooks 2': receiver,
  'Log 1': { asks: ['GET /v1/me'], prints: [/^request getMe 1 /, /^response getMe 1 200 req-1 \d+$/] },
  'A receiver 1': receiver,
};

const twoPages = (response, { query }) => {
  const last = query.has('cursor');
  const { status, headers, body } = json(200, page([{ id: 'con_1', name: last ? 'Kerry' : 'Sheena' }], last ? null : 'c1'));
  response.writeHead(status, headers).end(body);
};
const answers = {
  listContacts: twoPages,
  cancelMessage: problem(409, 'message_not_cancellable', { retryable: false }),
};

const shown = (value) => (value !== null && typeof value === 'object' && !Array.isArray(value) ? JSON.stringify(value) : String(value));
const matches = (lines, patterns = []) => {
  assert.equal(lines.length, patterns.length, lines.join('\n'));
  lines.forEach((line, at) => {
    if (typeof patterns[at] === 'string') assert.equal(line, patterns[at]);
    else assert.match(line, patterns[at]);
  });
};

describe('the guide', () => {
  const fetch = globalThis.fetch;
  const { log } = console;
  const { listen } = Server.prototype;
  const environment = { ...process.env };
  const snippets = snippetsOf(...guides);
  const servers = [];
  let printed = [];

  before(() => {
    Object.assign(process.env, { CHATFLOW_API_KEY: API_KEY, CHATFLOW_BASE_URL: GUIDE_URL, CHATFLOW_WEBHOOK_SECRET: SECRET, PORT: '0' });
    console.log = (...words) => printed.push(words.map(shown).join(' '));
  });
  after(() => {
    globalThis.fetch = fetch;
    console.log = log;
    for (const name of ['CHATFLOW_API_KEY', 'CHATFLOW_BASE_URL', 'CHATFLOW_WEBHOOK_SECRET', 'PORT']) {
      if (environment[name] === undefined) delete process.env[name];
      else process.env[name] = environment[name];
    }
  });

  it('has snippets, each of which is known here', () => {
    assert.deepEqual(snippets.map(({ title }) => title), Object.keys(wanted));
  });

  for (const { title, name, code } of snippets) {
    it(`does what it says: ${title}`, async (test) => {
      const { asks, prints, then } = wanted[title];
      const { baseUrl, requests } = await exampleServer(test, answers);
      globalThis.fetch = (url, init) => fetch(String(url).replace(GUIDE_URL, baseUrl), init);
      test.after(() => {
        Server.prototype.listen = listen;
      });
      Server.prototype.listen = function (...given) {
        servers.unshift(this);
        test.after(() => this.close());
        return listen.apply(this, given);
      };
      const file = join(target, 'guide', `${name}.mjs`);
      write(file, (await transform(code, { loader: 'ts', format: 'esm' })).code);
      const { snippet } = await import(pathToFileURL(file).href);
      printed = [];

      const result = await snippet(new ChatFlow({ apiKey: API_KEY, baseUrl: GUIDE_URL }));
      await then?.({ result, servers, fetch });

      matches(printed, prints);
      matches(requests.map(({ method, path }) => `${method} ${path}`), asks);
    });
  }
});

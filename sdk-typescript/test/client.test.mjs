import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { ChatFlow, ChatFlowError, VERSION } from '../dist/esm/index.js';
import { API_KEY, json, message, page, problem, serve } from './scripted-server.mjs';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('a request', () => {
  it('carries key, body, user agent and an idempotency key', async (test) => {
    const { client, requests } = await serve(test, json(202, message));
    const body = { channel_id: 'chn_1', to: { phone: '+16505551234' }, content: { type: 'text', text: 'Hello' } };

    const sent = await client().messages.send(body);

    assert.deepEqual(sent, message);
    const [{ method, path, headers, body: received }] = requests;
    assert.equal(`${method} ${path}`, 'POST /v1/messages');
    assert.deepEqual(JSON.parse(received), body);
    assert.equal(headers.authorization, `Bearer ${API_KEY}`);
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(headers['user-agent'], `chatflow-typescript/${VERSION} (node ${process.versions.node})`);
    assert.match(headers['idempotency-key'], UUID);
  });

  it('to read has no idempotency key, no body and only the filters that were given', async (test) => {
    const { client, requests } = await serve(test, json(200, page([])));

    await client().contacts.list({ external_id: 'a b&c', limit: 5, tag: undefined });

    assert.equal(requests[0].url, '/v1/contacts?external_id=a+b%26c&limit=5');
    assert.equal(requests[0].headers['idempotency-key'], undefined);
    assert.equal(requests[0].headers['content-type'], undefined);
    assert.equal(requests[0].body, '');
  });

  it('repeats the name of a filter with many values', async (test) => {
    const { client, requests } = await serve(test, json(200, page([])));

    await client().events.list({ type: ['message.received', 'message.sent'] });

    assert.equal(requests[0].url, '/v1/events?type=message.received&type=message.sent');
  });

  it('patches with null kept and absent left out', async (test) => {
    const { client, requests } = await serve(test, json(200, { id: 'con_1' }));

    await client().contacts.update('con_1', { name: null, email: undefined }, { ifMatch: '"7"' });

    assert.equal(requests[0].method, 'PATCH');
    assert.equal(requests[0].headers['content-type'], 'application/merge-patch+json');
    assert.equal(requests[0].headers['if-match'], '"7"');
    assert.equal(requests[0].body, '{"name":null}');
  });

  it('takes headers, key and workspace of its own over those of the client', async (test) => {
    const { client, requests } = await serve(test, json(202, message));
    const shared = client({ workspace: 'wsp_1', headers: { 'X-One': '1', 'X-Two': '1' } });

    await shared.messages.cancel('msg_1', { workspace: 'wsp_2', idempotencyKey: 'mine', headers: { 'x-two': '2' } });
    await shared.messages.cancel('msg_1');

    assert.equal(requests[0].headers['chatflow-workspace'], 'wsp_2');
    assert.equal(requests[0].headers['idempotency-key'], 'mine');
    assert.equal(requests[0].headers['x-one'], '1');
    assert.equal(requests[0].headers['x-two'], '2');
    assert.equal(requests[1].headers['chatflow-workspace'], 'wsp_1');
    assert.equal(requests[1].headers['x-two'], '1');
  });

  it('keeps a path in baseUrl and escapes what stands in the path', async (test) => {
    const { baseUrl, requests } = await serve(test, json(200, {}));
    const client = new ChatFlow({ apiKey: API_KEY, baseUrl: `${baseUrl}/chat/` });

    await client.contacts.get('../a/b?c');
    await client.flows.getVersion('flw_1', 3);

    assert.equal(requests[0].url, '/chat/v1/contacts/..%2Fa%2Fb%3Fc');
    assert.equal(requests[1].url, '/chat/v1/flows/flw_1/versions/3');
  });

  it('without an id is refused before it is sent', async (test) => {
    const { client, requests } = await serve(test, json(200, {}));

    await assert.rejects(client().contacts.delete(undefined), /deleteContact needs "id"/);
    for (const id of ['', '.', '..']) await assert.rejects(client().contacts.delete(id), ChatFlowError);
    assert.equal(requests.length, 0);
  });
});

describe('an answer', () => {
  it('keeps fields, enum values and variants that nobody knows yet', async (test) => {
    const later = {
      ...message,
      status: 'teleported',
      content: { type: 'hologram', beams: [1, { deep: true }] },
      a_new_field: { big: 9007199254740991, none: null },
    };
    const { client } = await serve(test, json(200, later));

    assert.deepEqual(await client().messages.get('msg_1'), later);
  });

  it('can be had with status and headers', async (test) => {
    const headers = { etag: '"3"', 'idempotency-replayed': 'true', 'x-other': 'yes' };
    const { client } = await serve(test, json(202, message, headers));

    const answer = await client().messages.resend('msg_1').withResponse();

    assert.equal(answer.status, 202);
    assert.equal(answer.etag, '"3"');
    assert.equal(answer.requestId, 'req-1');
    assert.equal(answer.replayed, true);
    assert.equal(answer.headers.get('x-other'), 'yes');
    assert.deepEqual(answer.data, message);
  });

  it('can be had as fetch gives it, as often as wanted', async (test) => {
    const { client, requests } = await serve(test, json(202, message, { 'x-other': 'yes' }));
    const sent = client().messages.resend('msg_1');

    const [one, two] = await Promise.all([sent.asResponse(), sent.asResponse()]);

    assert.ok(one instanceof Response);
    assert.equal(one.status, 202);
    assert.equal(one.headers.get('x-other'), 'yes');
    assert.equal(one.bodyUsed, false);
    assert.equal(await one.text(), JSON.stringify(message));
    assert.deepEqual(await two.json(), message);
    assert.deepEqual(await sent, message);
    assert.equal(requests.length, 1);
  });

  it('without content has an empty response, and a refusal has none', async (test) => {
    const { client } = await serve(test, { status: 204, headers: {} }, problem(404, 'not_found'));

    const response = await client().contacts.delete('con_1').asResponse();

    assert.equal(response.status, 204);
    assert.equal(await response.text(), '');
    await assert.rejects(client().contacts.delete('con_1').asResponse(), { code: 'not_found' });
  });

  it('without content is undefined', async (test) => {
    const { client } = await serve(test, { status: 204, headers: {} });

    assert.equal(await client().contacts.delete('con_1'), undefined);
  });

  it('that is not JSON says where to look', async (test) => {
    const { client } = await serve(test, { status: 200, headers: {}, body: '<html>' });

    await assert.rejects(client().me(), {
      name: 'InvalidResponseError',
      message: /Does baseUrl point to ChatFlow/,
    });
  });
});

describe('a client', () => {
  it('comes from the environment', async (test) => {
    const { baseUrl, requests } = await serve(test, json(200, { object: 'me' }));
    const before = { ...process.env };
    test.after(() => Object.assign(process.env, before));
    process.env.CHATFLOW_BASE_URL = baseUrl;
    delete process.env.CHATFLOW_API_KEY;

    assert.throws(() => ChatFlow.fromEnv(), /The environment has no CHATFLOW_API_KEY/);
    process.env.CHATFLOW_API_KEY = 'cf_live_of_the_environment';
    await ChatFlow.fromEnv().me();
    delete process.env.CHATFLOW_API_KEY;

    assert.equal(requests[0].headers.authorization, 'Bearer cf_live_of_the_environment');
  });

  it('is immutable, and has copies with other options', async (test) => {
    const { client, requests } = await serve(test, json(200, {}));
    const first = client({ workspace: 'wsp_1' });

    const second = first.withOptions({ workspace: 'wsp_2' });
    await second.me();
    await first.me();

    assert.throws(() => {
      first.messages = undefined;
    }, TypeError);
    assert.deepEqual(requests.map(({ headers }) => headers['chatflow-workspace']), ['wsp_2', 'wsp_1']);
  });

  it('refuses what cannot work', () => {
    assert.throws(() => new ChatFlow({ baseUrl: 'https://a.example' }), /apiKey is missing/);
    assert.throws(() => new ChatFlow({ apiKey: 'a' }), /baseUrl is missing/);
    for (const apiKey of ['cf_test_…', 'cf_test_a\n', 'a b']) {
      assert.throws(() => new ChatFlow({ apiKey, baseUrl: 'https://a.example' }), /no header can carry/);
    }
    assert.throws(() => new ChatFlow({ apiKey: 'a', baseUrl: 'a.example' }), /must begin with https/);
  });

  it('never shows its key', () => {
    const client = new ChatFlow({ apiKey: API_KEY, baseUrl: 'https://a.example' });

    assert.doesNotMatch(JSON.stringify(client) + String(client), new RegExp(API_KEY));
  });

  it('refuses an API key in a browser, but not a session token', (test) => {
    const baseUrl = 'https://a.example';
    // a page, and a worker of one
    for (const [name, value] of [
      ['window', { document: {} }],
      ['importScripts', () => {}],
    ]) {
      globalThis[name] = value;
      test.after(() => delete globalThis[name]);

      assert.throws(() => new ChatFlow({ apiKey: API_KEY, baseUrl }), /Use a session token/);
      assert.ok(new ChatFlow({ apiKey: 'eyJhbGciOi', baseUrl }));
      assert.ok(new ChatFlow({ apiKey: API_KEY, baseUrl, dangerouslyAllowBrowser: true }));
      delete globalThis[name];
    }
  });

  it('takes a fetch of the caller', async () => {
    const urls = [];
    const fetch = async (url) => {
      urls.push(url);
      return new Response('{"object":"me"}');
    };

    await new ChatFlow({ apiKey: 'a', baseUrl: 'https://a.example', fetch }).me();

    assert.deepEqual(urls, ['https://a.example/v1/me']);
  });

  it('knows its version', () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

    assert.equal(VERSION, version);
  });
});

describe('a log hook', () => {
  it('sees every attempt, and neither credentials nor personal data', async (test) => {
    const created = json(200, page([{ id: 'con_1', name: 'Sheena' }]), { 'set-cookie': 'a=secret' });
    const { client } = await serve(test, { status: 503, headers: { 'retry-after': '0' } }, created);
    const events = [];

    await client({ logger: (event) => events.push(event) }).contacts.list({ phone: '+16505551234', limit: 1 });

    assert.deepEqual(
      events.map(({ event, attempt, status }) => [event, attempt, status]),
      [
        ['request', 1, undefined],
        ['response', 1, 503],
        ['retry', 1, undefined],
        ['request', 2, undefined],
        ['response', 2, 200],
      ],
    );
    assert.deepEqual(events[0].query, ['phone', 'limit']);
    assert.equal(events[0].headers.authorization, '***');
    assert.equal(events[4].headers['set-cookie'], '***');
    assert.equal(events[4].requestId, 'req-1');
    assert.doesNotMatch(JSON.stringify(events), /6505551234|Sheena|cf_test|secret/);
  });

  it('sees no credential of a header that callers add', async (test) => {
    const { client } = await serve(test, json(200, {}));
    const events = [];
    const secret = { 'X-Api-Key': 'hidden', 'X-Session-Token': 'hidden', 'Proxy-Authorization': 'hidden', 'x-amz-signature': 'hidden' };

    await client({ logger: (event) => events.push(event), headers: secret }).messages.cancel('msg_1', { headers: { 'X-Trace': 'seen' } });

    const [{ headers }] = events;
    for (const name of Object.keys(secret)) assert.equal(headers[name.toLowerCase()], '***');
    assert.equal(headers['x-trace'], 'seen');
    assert.match(headers['idempotency-key'], UUID);
    assert.doesNotMatch(JSON.stringify(events), /hidden/);
  });

  it('that throws costs nothing', async (test) => {
    const { client } = await serve(test, json(200, { object: 'me' }));
    const logger = () => {
      throw new Error('disk full');
    };

    assert.deepEqual(await client({ logger }).me(), { object: 'me' });
  });
});

import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign as signWith, webcrypto } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { ChatFlow, ChatFlowError, WebhookVerificationError } from '../dist/esm/index.js';
import { Webhooks, unwrap } from '../dist/esm/webhooks.js';
import { home } from '../scripts/files.mjs';

// Node 18 has it, but not as a global
globalThis.crypto ??= webcrypto;

const samples = join(home, '..', 'webhooks-spec', 'spec', 'samples');
const old = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
const secret = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
const pair = generateKeyPairSync('ed25519');
const otherPair = generateKeyPairSync('ed25519');
const publicOf = ({ publicKey }) =>
  `whpk_${Buffer.from(publicKey.export({ format: 'jwk' }).x, 'base64url').toString('base64')}`;

const NOW = Date.parse('2026-01-15T09:30:00Z');
const clock = { now: () => NOW };
const body = '{"type":"message.sent","data":{}}';
const seconds = (offset) => NOW / 1000 + offset;

const headersOf = (id, timestamp, signature) => ({
  'webhook-id': id,
  'webhook-timestamp': String(timestamp),
  'webhook-signature': signature,
});
const hmac = (text, by, id, timestamp) => {
  const key = Buffer.from(by.slice(6), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(text).digest('base64')}`;
};
const ed25519 = (text, by, id, timestamp) => {
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), Buffer.from(text)]);
  return `v1a,${signWith(null, signed, by.privateKey).toString('base64')}`;
};
const sign = (text = body, by = secret, id = 'evt_1', timestamp = seconds(0)) =>
  headersOf(id, timestamp, (typeof by === 'string' ? hmac : ed25519)(text, by, id, timestamp));

const reject = (given, headers, keys, wanted, message = /./) =>
  assert.rejects(unwrap(given, headers, keys, clock), (thrown) => {
    assert.ok(thrown instanceof WebhookVerificationError, String(thrown));
    assert.equal(thrown.reason, wanted);
    assert.match(thrown.message, message);
    return true;
  });

describe('a webhook', () => {
  it('gives every event of the catalogue as it was sent, signed either way', async () => {
    for (const name of readdirSync(samples)) {
      const text = readFileSync(join(samples, name), 'utf8');

      assert.deepEqual(await unwrap(text, sign(text), secret, clock), JSON.parse(text));
      assert.deepEqual(await unwrap(text, sign(text, pair), publicOf(pair), clock), JSON.parse(text));
    }
  });

  it('of a type that nobody knows yet survives', async () => {
    const text = '{"type":"tea.served","data":{"sugar":1},"later":true}';

    assert.deepEqual(await unwrap(text, sign(text), secret, clock), JSON.parse(text));
  });

  it('signed by the standardwebhooks package is taken, and the other way round', async () => {
    for (const size of [24, 32, 64]) {
      const key = `whsec_${Buffer.alloc(size, size).toString('base64')}`;
      const standard = new StandardWebhook(key);
      const text = '{"type":"café.opened"}';
      const now = new Date(Math.floor(Date.now() / 1000) * 1000);
      const headers = headersOf('evt_2', now.getTime() / 1000, standard.sign('evt_2', now, text));

      assert.deepEqual(await new Webhooks(key).unwrap(text, headers), JSON.parse(text));
      assert.deepEqual(standard.verify(text, sign(text, key, 'evt_3', now.getTime() / 1000)), JSON.parse(text));
    }
  });

  it('fits the reference example of Standard Webhooks', async () => {
    const ever = { toleranceSeconds: Number.MAX_SAFE_INTEGER };
    const webhooks = new Webhooks('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', ever);
    const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
    const headers = headersOf('msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, signature);

    // what was signed there is no event of ours: that comes after the signature
    await assert.rejects(webhooks.unwrap('{"test": 2432232314}', headers), { reason: 'not_an_event' });
    await assert.rejects(webhooks.unwrap('{"test": 2432232315}', headers), { reason: 'signature_mismatch' });
  });

  it('fits the first example of RFC 8032 for Ed25519', async () => {
    const hex = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
    const key = `whpk_${Buffer.from(hex, 'hex').toString('base64')}`;
    const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
    const jwk = {
      kty: 'OKP',
      crv: 'Ed25519',
      x: Buffer.from(hex, 'hex').toString('base64url'),
      d: Buffer.from(seed, 'hex').toString('base64url'),
    };
    const signer = await webcrypto.subtle.importKey('jwk', jwk, { name: 'Ed25519' }, false, ['sign']);
    const signed = await webcrypto.subtle.sign('Ed25519', signer, Buffer.from(`evt_1.${seconds(0)}.${body}`));
    const headers = headersOf('evt_1', seconds(0), `v1a,${Buffer.from(signed).toString('base64')}`);

    assert.deepEqual(await unwrap(body, headers, key, clock), JSON.parse(body));
  });

  it('can be text, bytes, a view into bytes or a buffer', async () => {
    const text = '{"type":"café"}';
    const bytes = new TextEncoder().encode(text);
    const wider = new Uint8Array(bytes.length + 9);
    wider.set(bytes, 4);
    const shapes = [
      text,
      bytes,
      Buffer.from(text),
      new DataView(wider.buffer, 4, bytes.length),
      wider.subarray(4, 4 + bytes.length),
      bytes.buffer,
    ];

    for (const shape of shapes) {
      assert.deepEqual(await unwrap(shape, sign(text), secret, clock), { type: 'café' });
    }
  });

  it('that was parsed before it came here says so', async () => {
    await assert.rejects(unwrap(JSON.parse(body), sign(), secret, clock), /takes the raw body/);
  });

  it('takes headers as fetch, Node and frameworks have them', async () => {
    const headers = sign();
    const upper = Object.fromEntries(Object.entries(headers).map(([k, v]) => [k.toUpperCase(), [v]]));

    for (const each of [headers, new Headers(headers), upper, new Map(Object.entries(headers))]) {
      assert.deepEqual(await unwrap(body, each, secret, clock), JSON.parse(body));
    }
  });

  it('arrives through a Node server', async (test) => {
    const results = [];
    const server = createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      results.push(await unwrap(Buffer.concat(chunks), request.headers, secret, clock));
      response.writeHead(204).end();
    });
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    test.after(() => server.close());

    const url = `http://127.0.0.1:${server.address().port}`;
    const { status } = await fetch(url, { method: 'POST', headers: sign(), body });

    assert.equal(status, 204);
    assert.deepEqual(results, [JSON.parse(body)]);
  });

  it('verifies during a rotation, whichever keys either side knows', async () => {
    const both = { ...sign(), 'webhook-signature': `${sign()['webhook-signature']} ${sign(body, old)['webhook-signature']}` };
    const noise = `v1,${Buffer.alloc(32).toString('base64')} v2,AAAA v1a,!? v1, nothing`;
    const noisy = { ...sign(), 'webhook-signature': `${noise}  ${sign()['webhook-signature']}` };
    const mixed = { ...sign(), 'webhook-signature': `${sign(body, pair)['webhook-signature']} ${sign()['webhook-signature']}` };

    for (const [headers, keys] of [
      [both, old],
      [both, secret],
      [sign(), [old, secret]],
      [sign(body, old), [old, secret]],
      [noisy, secret],
      [mixed, publicOf(pair)],
      [mixed, [publicOf(otherPair), old, secret]],
      [mixed, [publicOf(otherPair), publicOf(pair)]],
    ]) {
      assert.deepEqual(await unwrap(body, headers, keys, clock), JSON.parse(body));
    }
  });
});

describe('a refusal', () => {
  it('names the header that is missing', async () => {
    for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
      for (const headers of [{ ...sign(), [name]: undefined }, { ...sign(), [name]: [] }, { ...sign(), [name]: '' }]) {
        await reject(body, headers, secret, 'missing_header', new RegExp(name));
      }
    }
  });

  it('names the header that is malformed', async () => {
    for (const [name, values] of Object.entries({
      'webhook-id': ['a.1', 'a b', 'é', ['evt_1', 'evt_1']],
      'webhook-timestamp': ['soon', '1e9', '-1', '12.5', '0x10', ' 12', '1234567890123'],
      'webhook-signature': ['v1', 'v1,', 'v1,?', ',AAAA', 'AAAA BBBB'],
    })) {
      for (const value of values) {
        await reject(body, { ...sign(), [name]: value }, secret, 'malformed_header', new RegExp(name));
      }
    }
  });

  it('blames the clock more than five minutes away, on either side', async () => {
    const at = (offset) => sign(body, secret, 'evt_1', seconds(offset));

    for (const near of [-300, 300]) await unwrap(body, at(near), secret, clock);
    await reject(body, at(-301), secret, 'timestamp_too_old', /301 s behind this clock, 300 s are allowed/);
    await reject(body, at(301), secret, 'timestamp_too_new', /301 s ahead of this clock/);

    const strict = { ...clock, toleranceSeconds: 10 };
    await assert.rejects(unwrap(body, at(-11), secret, strict), { reason: 'timestamp_too_old' });
    const patient = { ...clock, toleranceSeconds: 3600 };
    assert.ok(await unwrap(body, at(-3600), secret, patient));
  });

  it('blames key or body when no signature matches', async () => {
    for (const [by, keys, others] of [
      [secret, secret, old],
      [pair, publicOf(pair), publicOf(otherPair)],
    ]) {
      await reject(`${body} `, sign(body, by), keys, 'signature_mismatch', /the body is not the bytes that came/);
      await reject(body, { ...sign(body, by), 'webhook-id': 'evt_2' }, keys, 'signature_mismatch');
      await reject(body, { ...sign(body, by), 'webhook-timestamp': String(seconds(1)) }, keys, 'signature_mismatch');
      await reject(body, sign(body, by), others, 'signature_mismatch');
      const short = sign(body, by)['webhook-signature'].replace(/,(.{20}).*/, ',$1');
      await reject(body, { ...sign(), 'webhook-signature': short }, keys, 'signature_mismatch');
    }
  });

  it('blames the version that no key can check', async () => {
    const later = { ...sign(), 'webhook-signature': 'v2,AAAA v1a,AAAA' };

    await reject(body, sign(), publicOf(pair), 'unsupported_version', /signed with v1, the keys check v1a/);
    await reject(body, sign(body, pair), secret, 'unsupported_version', /signed with v1a, the keys check v1/);
    await reject(body, later, secret, 'unsupported_version', /signed with v2,v1a/);
  });

  it('is for a well signed body that is no event, too', async () => {
    for (const text of ['', '{', 'null', '7', '[]', '{"type":7}', '{}', Buffer.from('{"type":"caf\xe9"}', 'latin1')]) {
      await reject(text, sign(text), secret, 'not_an_event');
    }
  });
});

describe('a webhook key', () => {
  it('is a secret of 24 to 64 bytes or a public key of 32', () => {
    const bytes = (count) => Buffer.alloc(count, 7).toString('base64');
    const wrong = ['', 'whsec_', 'whsec_?', bytes(32), `whsec_${bytes(23)}`, `whsec_${bytes(65)}`, `whpk_${bytes(31)}`];

    for (const each of [...wrong, [], [secret, 'whpk_']]) {
      assert.throws(() => new Webhooks(each), (thrown) => {
        assert.ok(thrown instanceof ChatFlowError);
        assert.doesNotMatch(thrown.message, /BwcH/);
        return true;
      });
    }
    for (const each of [`whsec_${bytes(24)}`, `whsec_${bytes(64)}`, `whpk_${bytes(32)}`]) {
      assert.ok(new Webhooks(each));
    }
  });

  it('for Ed25519 says what the platform lacks, unless a secret can check instead', async () => {
    const subtle = {
      importKey: async (format, bytes, algorithm, ...rest) => {
        if (algorithm.name === 'Ed25519') throw new DOMException('Unrecognized name', 'NotSupportedError');
        return webcrypto.subtle.importKey(format, bytes, algorithm, ...rest);
      },
      verify: (...given) => webcrypto.subtle.verify(...given),
    };
    const options = { ...clock, crypto: { subtle } };
    const mixed = { ...sign(), 'webhook-signature': `${sign(body, pair)['webhook-signature']} ${sign()['webhook-signature']}` };

    await assert.rejects(unwrap(body, sign(body, pair), publicOf(pair), options), (thrown) => {
      assert.ok(thrown instanceof ChatFlowError && !(thrown instanceof WebhookVerificationError));
      assert.match(thrown.message, /WebCrypto has no Ed25519 here.*Node 18.4.*Chromium 137/);
      return true;
    });
    assert.ok(await unwrap(body, mixed, [publicOf(pair), secret], options));
  });

  it('needs WebCrypto, and says where Node 18 has it', (test) => {
    const global = Object.getOwnPropertyDescriptor(globalThis, 'crypto');
    test.after(() => Object.defineProperty(globalThis, 'crypto', global));
    Object.defineProperty(globalThis, 'crypto', { value: undefined, configurable: true });

    assert.throws(() => new Webhooks(secret), /no WebCrypto here.*on Node 18 it is `webcrypto`/);
    assert.ok(new Webhooks(secret, { crypto: webcrypto }));
  });

  it('comes from the client, the call or the environment', async (test) => {
    const client = new ChatFlow({ apiKey: 'cf_test_a', baseUrl: 'https://a.example', webhookKeys: secret });
    const bare = client.withOptions({ webhookKeys: undefined });
    const event = JSON.parse(body);
    const before = process.env.CHATFLOW_WEBHOOK_SECRET;
    test.after(() => {
      if (before === undefined) delete process.env.CHATFLOW_WEBHOOK_SECRET;
      else process.env.CHATFLOW_WEBHOOK_SECRET = before;
    });
    delete process.env.CHATFLOW_WEBHOOK_SECRET;

    assert.deepEqual(await client.webhooks.unwrap(body, sign(), undefined, clock), event);
    assert.deepEqual(await bare.webhooks.unwrap(body, sign(body, old), old, clock), event);
    await assert.rejects(client.webhooks.unwrap(body, sign(body, old), undefined, clock), WebhookVerificationError);
    await assert.rejects(bare.webhooks.unwrap(body, sign()), /Give a webhook key/);
    assert.throws(() => Webhooks.fromEnv(), /The environment has no CHATFLOW_WEBHOOK_SECRET/);

    process.env.CHATFLOW_WEBHOOK_SECRET = ` ${old}  ${publicOf(pair)} `;
    const options = { apiKey: 'cf_test_a', baseUrl: 'https://a.example' };
    const found = ChatFlow.fromEnv(options).webhooks;
    assert.deepEqual(await Webhooks.fromEnv(clock).unwrap(body, sign(body, pair)), event);
    assert.deepEqual(await found.unwrap(body, sign(body, old), undefined, clock), event);
    const given = ChatFlow.fromEnv({ ...options, webhookKeys: secret }).webhooks;
    assert.deepEqual(await given.unwrap(body, sign(), undefined, clock), event);
  });

  it('never shows', () => {
    const client = new ChatFlow({ apiKey: 'cf_test_a', baseUrl: 'https://a.example', webhookKeys: secret });

    assert.doesNotMatch(JSON.stringify([client, client.webhooks, new Webhooks(secret)]), /AgIC/);
  });
});

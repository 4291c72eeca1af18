import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Webhook, WebhookVerificationError } from '../dist/esm/index.js';
import { home } from '../scripts/files.mjs';

const samples = join(home, '..', 'webhooks-spec', 'spec', 'samples');
const old = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
const secret = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
const now = () => Math.floor(Date.now() / 1000);

const sign = (body, by = secret, id = 'evt_1', timestamp = now()) => {
  const key = Buffer.from(by.slice(6), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${mac}` };
};

describe('a webhook', () => {
  it('gives every event of the catalogue as it was sent', async () => {
    for (const name of readdirSync(samples)) {
      const body = readFileSync(join(samples, name), 'utf8');

      assert.deepEqual(await new Webhook(secret).unwrap(body, sign(body)), JSON.parse(body));
    }
  });

  it('of a type that nobody knows yet survives', async () => {
    const body = '{"type":"tea.served","data":{"sugar":1},"later":true}';

    assert.deepEqual(await new Webhook(secret).unwrap(body, sign(body)), JSON.parse(body));
  });

  it('fits the reference example of Standard Webhooks', async () => {
    const ever = { toleranceSeconds: Number.MAX_SAFE_INTEGER };
    const webhook = new Webhook('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', ever);

    const event = await webhook.unwrap('{"test": 2432232314}', {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });

    assert.deepEqual(event, { test: 2432232314 });
  });

  it('takes bytes, any case of headers, and many signatures during a rotation', async () => {
    const body = Buffer.from('{"type":"café"}');
    const headers = sign(body);
    const mixed = {
      'Webhook-Id': headers['webhook-id'],
      'Webhook-Timestamp': [headers['webhook-timestamp']],
      'Webhook-Signature': `v1,${Buffer.alloc(32).toString('base64')} v2,a v1,? ${headers['webhook-signature']}`,
    };

    const wanted = { type: 'café' };
    assert.deepEqual(await new Webhook([old, secret]).unwrap(body, mixed), wanted);
    assert.deepEqual(await new Webhook([old, secret]).unwrap(body, new Headers(sign(body, old))), wanted);
  });

  it('is refused when it is changed, old, from the future, of another secret or not signed', async () => {
    const body = '{"type":"message.sent"}';
    const signed = sign(body);
    const refused = [
      ['{"type":"message.read"}', signed],
      [body, { ...signed, 'webhook-id': 'evt_2' }],
      [body, { ...signed, 'webhook-timestamp': String(now() - 1) }],
      [body, sign(body, secret, 'evt_1', now() - 301)],
      [body, sign(body, secret, 'evt_1', now() + 302)],
      [body, sign(body, secret, 'evt_1', 'soon')],
      [body, sign(body, old)],
      [body, { ...signed, 'webhook-signature': 'v1,' }],
      [body, { ...signed, 'webhook-signature': signed['webhook-signature'].replace('v1,', 'v1a,') }],
      [body, { ...signed, 'webhook-signature': undefined }],
      [body, {}],
    ];

    for (const [given, headers] of refused) {
      await assert.rejects(new Webhook(secret).unwrap(given, headers), WebhookVerificationError);
    }
  });

  it('needs a secret that is one', () => {
    for (const wrong of ['', 'whsec_', 'whsec_AAAA', 'whsec_?', secret.slice(6), `whsec_${'AAAA'.repeat(22)}`]) {
      assert.throws(() => new Webhook(wrong), /A webhook secret is/);
    }
  });
});

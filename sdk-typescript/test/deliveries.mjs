// node test/deliveries.mjs deliveries.json
//
// Checks what a real server has posted: with the public package for Standard Webhooks, with Node's own
// Ed25519, and with this SDK, which has to say what is wrong with everything else. The file holds
// `publicKey`, keys of others, and deliveries with the secrets that count for each. Ends with
// "N checks hold".
import assert from 'node:assert/strict';
import { createPublicKey, verify, webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Webhook } from 'standardwebhooks';
import { Webhooks } from '../dist/esm/webhooks.js';

globalThis.crypto ??= webcrypto; // Node 18

const { deliveries, publicKey, stranger, strangePublic } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const MINUTES = 60_000;

let checks = 0;
const hold = async (check) => {
  await check();
  checks++;
};
const refused = (reason, keys, body, headers, options) =>
  hold(() => assert.rejects(new Webhooks(keys, options).unwrap(body, headers), { reason }));
const only = (version, headers) => ({
  ...headers,
  'webhook-signature': headers['webhook-signature']
    .split(' ')
    .filter((one) => one.startsWith(`${version},`))
    .join(' '),
});

// RFC 8037: the raw key as a JWK; nothing of ours is in between
const ed25519 = createPublicKey({
  format: 'jwk',
  key: {
    kty: 'OKP',
    crv: 'Ed25519',
    x: Buffer.from(publicKey.slice('whpk_'.length), 'base64').toString('base64url'),
  },
});

for (const { headers, body, keys } of deliveries) {
  const changed = body.replace('contact', 'c0ntact');
  const signed = (text) => Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`);
  const signature = Buffer.from(only('v1a', headers)['webhook-signature'].slice('v1a,'.length), 'base64');
  await hold(() => assert.ok(verify(null, signed(body), ed25519, signature)));
  await hold(() => assert.ok(!verify(null, signed(changed), ed25519, signature)));

  for (const key of keys) {
    await hold(() => assert.deepEqual(new Webhook(key).verify(body, headers), JSON.parse(body)));
    await hold(() => assert.throws(() => new Webhook(key).verify(changed, headers)));
  }
  await hold(() => assert.throws(() => new Webhook(stranger).verify(body, headers)));

  for (const key of [...keys, publicKey]) {
    const [mine, other] = key === publicKey ? ['v1a', 'v1'] : ['v1', 'v1a'];
    const accepted = async (given, theirs) =>
      assert.deepEqual(await new Webhooks(key).unwrap(given, theirs), JSON.parse(body));
    await hold(() => accepted(body, headers));
    await hold(() => accepted(Buffer.from(body), new Headers(headers)));
    await hold(() => accepted(body, only(mine, headers)));
    await refused('signature_mismatch', key, changed, headers);
    await refused('signature_mismatch', key, body, { ...headers, 'webhook-id': 'evt_another' });
    await refused('timestamp_too_old', key, body, headers, { now: () => Date.now() + 6 * MINUTES });
    await refused('timestamp_too_new', key, body, headers, { now: () => Date.now() - 6 * MINUTES });
    await refused('unsupported_version', key, body, only(other, headers));
    await refused('missing_header', key, body, {});
  }
  await refused('signature_mismatch', stranger, body, headers);
  await refused('signature_mismatch', strangePublic, body, headers);
}
console.log(`${checks} checks hold`);

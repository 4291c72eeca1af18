// What the smoke test does, in order. A step leaves what the next ones need in `found`.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { ConflictError } from '../dist/esm/index.js';
import { readContract } from '../scripts/contract.mjs';

const PATIENCE_MS = Number(process.env.PATIENCE_MS ?? 15_000);

// A number of this run's own, and not one of the magic ones of the sandbox (0001 to 0009).
const run = String(Date.now()).slice(-7);
const phone = `+1650${run.slice(0, 3)}1${run.slice(-3)}`;
const keyword = `smoke${run}`;

const definition = (channelId) => ({
  start: 'ask',
  nodes: [
    { id: 'ask', type: 'question', text: 'What is your name?', variable: 'name', next: 'hello' },
    {
      id: 'hello',
      type: 'message',
      content: { type: 'text', text: 'Hello {{ variables.name }}' },
      next: 'done',
    },
    { id: 'done', type: 'end' },
  ],
  triggers: [{ type: 'keyword', keywords: [keyword], match: 'exact', channel_ids: [channelId] }],
});

// Work behind the API is asynchronous: asks until there is an answer.
const eventually = async (what, ask) => {
  for (const end = Date.now() + PATIENCE_MS; ; await pause(100)) {
    const answer = await ask();
    if (answer) return answer;
    assert.ok(Date.now() < end, `${what} did not happen within ${PATIENCE_MS} ms`);
  }
};

const fetched = async (list, id) => {
  for await (const each of list) if (each.id === id) return each;
  return assert.fail(`${id} is not in the list`);
};

const positionOf = async (client, message) => {
  for await (const event of client.events.list({ type: ['message.received'], limit: 100 })) {
    if (event.type === 'message.received' && event.data.message.id === message.id) return event.position;
  }
  return assert.fail(`${message.id} is not in the event log`);
};

const text = (words) => ({ type: 'text', text: words });

export const steps = {
  'who is asking': async (client, found) => {
    const me = await client.me();
    found.workspace = me.workspace;
    assert.ok(me.permissions.length > 0);
    const permissions = await client.workspaces.listPermissions({ limit: 100 });
    assert.ok(permissions.data.some(({ name }) => name === 'messages:write'));
  },

  'a workspace is read and changed': async (client, { workspace }) => {
    await fetched(client.workspaces.list(), workspace.id);
    const { data, etag } = await client.workspaces.get(workspace.id).withResponse();
    const changed = await client.workspaces.update(workspace.id, { name: data.name }, { ifMatch: etag });
    assert.equal(changed.name, data.name);
  },

  'a key is made, used and revoked': async (client) => {
    const { api_key: key, secret } = await client.apiKeys.create({ name: keyword, scopes: ['contacts:read'] });
    assert.equal((await client.withOptions({ apiKey: secret }).me()).api_key.id, key.id);
    await fetched(client.apiKeys.list({ limit: 100 }), key.id);
    assert.equal((await client.apiKeys.get(key.id)).name, keyword);
    assert.ok((await client.apiKeys.revoke(key.id)).revoked_at);
  },

  'a channel is made': async (client, found) => {
    found.channel = await client.channels.create({ name: keyword, config: { type: 'sandbox' } });
    const { id } = found.channel;
    await fetched(client.channels.list({ type: 'sandbox' }), id);
    const { data, etag } = await client.channels.get(id).withResponse();
    assert.equal(data.config.type, 'sandbox');
    const changed = await client.channels.update(id, { metadata: { run } }, { ifMatch: etag });
    assert.deepEqual(changed.metadata, { run });
    assert.equal((await client.channels.getHealth(id)).channel_id, id);
    assert.equal((await client.channels.getCapabilities(id)).channel_id, id);
    assert.equal((await client.channels.disconnect(id)).status, 'disconnected');
    assert.equal((await client.channels.connect(id)).status, 'connected');
  },

  'a file is uploaded': async (client) => {
    const file = new Blob([keyword], { type: 'text/plain' });
    const media = await client.media.create({ file });
    assert.equal(media.size_bytes, keyword.length);
    await fetched(client.media.list({ limit: 100 }), media.id);
    assert.equal((await client.media.get(media.id)).mime_type, 'text/plain');
    assert.equal(await (await fetch(media.url)).text(), keyword);
    await client.media.delete(media.id);
    await assert.rejects(client.media.get(media.id), { status: 404 });
  },

  'a contact is made': async (client, found) => {
    found.contact = await client.contacts.create({ name: 'Sheena', phone, external_id: keyword });
    const { id } = found.contact;
    await fetched(client.contacts.list({ external_id: keyword }), id);
    const { etag } = await client.contacts.get(id).withResponse();
    const changed = await client.contacts.update(id, { name: null, tags: ['vip'] }, { ifMatch: etag });
    assert.equal(changed.name, null);
    assert.deepEqual(changed.tags, ['vip']);
  },

  'the handset writes': async (client, found) => {
    const { channel } = found;
    found.inbound = await client.sandbox.createMessage(channel.id, { from: phone, content: text('Is it blue?') });
    assert.equal(found.inbound.direction, 'inbound');
    const read = await client.messages.markRead(found.inbound.id, { typing: false });
    assert.equal(read.id, found.inbound.id);
  },

  'a message is sent and received': async (client, found) => {
    const { channel } = found;
    const sent = await client.messages.send({ channel_id: channel.id, to: { phone }, content: text('It is.') });
    found.outbound = sent;
    await eventually('the message on the handset', async () => {
      const { data } = await client.sandbox.listMessages(channel.id, { to: phone });
      return data.find(({ message_id }) => message_id === sent.id);
    });
    await client.sandbox.createReceipt(channel.id, { message_id: sent.id, status: 'read' });
    await eventually('status read', async () => (await client.messages.get(sent.id)).status === 'read');
    await fetched(client.messages.list({ channel_id: channel.id, direction: 'outbound' }), sent.id);
  },

  'a batch is sent': async (client, { channel }) => {
    const good = { channel_id: channel.id, to: { phone }, content: text('One of two.') };
    const lost = { ...good, to: { external_id: `${keyword}-lost` } };
    const { results } = await client.messages.sendBatch({ messages: [good, lost] });
    assert.equal(results.length, 2);
    assert.ok(results[0].message);
    assert.ok(results[1].problem);
  },

  'a scheduled message is cancelled': async (client, { channel }) => {
    const scheduled_at = new Date(Date.now() + 3_600_000).toISOString();
    const body = { channel_id: channel.id, to: { phone }, content: text('Later.'), scheduled_at };
    const later = await client.messages.send(body);
    assert.equal(later.status, 'scheduled');
    assert.equal((await client.messages.cancel(later.id)).status, 'cancelled');
  },

  'only a message of unknown outcome is sent again': async (client, { outbound }) => {
    await assert.rejects(client.messages.resend(outbound.id), (error) => {
      assert.ok(error instanceof ConflictError, String(error));
      assert.equal(error.code, 'message_not_resendable');
      return true;
    });
  },

  'the conversation is there': async (client, { channel, inbound }) => {
    await fetched(client.conversations.list({ channel_id: channel.id }), inbound.conversation_id);
    const conversation = await client.conversations.get(inbound.conversation_id);
    assert.equal(conversation.channel_id, channel.id);
  },

  'a template is submitted, refused, changed and deleted': async (client) => {
    const config = { type: 'whatsapp_cloud', phone_number_id: run, waba_id: run, app_id: run };
    const secrets = { access_token: 'nobodys', app_secret: 'nobodys', verify_token: 'nobodys' };
    const number = await client.channels.create({ name: 'Number', config: { ...config, ...secrets } });
    const components = [{ type: 'body', text: 'Hello.' }];
    const draft = { channel_id: number.id, name: keyword, language: 'en', category: 'utility', components };
    const ended = async (operation) =>
      eventually('the end of an operation', async () => {
        const { status } = await client.operations.get(operation.id);
        return status === 'failed' || status === 'succeeded';
      });
    const begun = await client.messageTemplates.create(draft);
    await ended(begun);
    await fetched(client.messageTemplates.list({ channel_id: number.id }), begun.resource_id);
    const { data, etag } = await client.messageTemplates.get(begun.resource_id).withResponse();
    assert.equal(data.status, 'draft');
    await ended(await client.messageTemplates.update(data.id, { category: 'marketing' }, { ifMatch: etag }));
    await ended(await client.messageTemplates.sync({ channel_id: number.id }));
    await ended(await client.messageTemplates.delete(data.id, { ifMatch: '*' }));
    assert.equal((await client.messageTemplates.get(data.id)).status, 'deleted');
    await client.channels.delete(number.id);
  },

  'a flow is made, tried and published': async (client, found) => {
    const drawn = definition(found.channel.id);
    const { id } = await client.flows.create({ name: keyword, definition: drawn });
    found.flow = id;
    await fetched(client.flows.list({ limit: 100 }), id);
    const { etag } = await client.flows.get(id).withResponse();
    const changed = await client.flows.update(id, { metadata: { run } }, { ifMatch: etag }).withResponse();
    assert.equal((await client.flows.inspect(id)).publishable, true);
    const played = await client.flows.simulate(id, { inputs: [{ text: keyword }, { text: 'Sheena' }] });
    assert.equal(played.status, 'completed');
    const published = await client.flows.publish(id, { ifMatch: changed.etag });
    assert.equal(published.status, 'published');
    const versions = await client.flows.listVersions(id);
    assert.equal(versions.data.length, 1);
    const version = await client.flows.getVersion(id, versions.data[0].number);
    assert.deepEqual(version.definition, published.definition);
  },

  'the flow runs': async (client, found) => {
    const { channel, flow } = found;
    const ran = async (status) =>
      (await client.flowSessions.list({ flow_id: flow })).data.find((session) => session.status === status);
    await client.sandbox.createMessage(channel.id, { from: phone, content: text(keyword) });
    const waiting = await eventually('a waiting session', () => ran('waiting'));
    await client.sandbox.createMessage(channel.id, { from: phone, content: text('Sheena') });
    await eventually('the end of the session', () => ran('completed'));
    assert.equal((await client.flowSessions.get(waiting.id)).variables.name, 'Sheena');
  },

  'all of it is in the event log': async (client, { inbound }) => {
    await eventually('message.received', async () => {
      for await (const event of client.events.list({ type: ['message.received'], limit: 100 })) {
        if (event.type === 'message.received' && event.data.message.id === inbound.id) return event;
      }
      return undefined;
    });
  },

  'and in the stream, where the contract has one': async (client, { inbound }) => {
    if (!readContract().paths['/v1/events/stream']) return;
    const signal = AbortSignal.timeout(PATIENCE_MS);
    for await (const event of client.events.stream({ cursor: 0, type: ['message.received'] }, { signal, maxRetries: 0 })) {
      assert.equal(event.type, 'message.received');
      if (event.data.message.id === inbound.id) return;
    }
  },

  'webhooks are aimed, sent again and read in three ways': async (client, { inbound }) => {
    assert.ok((await client.events.listTypes()).data.some(({ type }) => type === 'message.received'));
    const url = 'https://shop.example.com/hook';
    const made = await client.webhookEndpoints.create({ url, event_types: ['message.received'] });
    const { id } = made.webhook_endpoint;
    // nothing leaves for the shop, which is not there
    assert.equal((await client.webhookEndpoints.disable(id)).status, 'disabled');
    assert.equal((await client.webhookEndpoints.enable(id)).status, 'enabled');
    await client.webhookEndpoints.disable(id);
    await fetched(client.webhookEndpoints.list({ limit: 1 }), id);
    const { etag } = await client.webhookEndpoints.get(id).withResponse();
    const changed = await client.webhookEndpoints.update(id, { rate_per_second: 7 }, { ifMatch: etag });
    assert.equal(changed.rate_per_second, 7);
    assert.notEqual((await client.webhookEndpoints.rotateSecret(id)).secret, made.secret);

    for (let test = 0; test < 4; test++) await client.webhookEndpoints.test(id, { type: 'message.received' });
    const position = await positionOf(client, inbound);
    const again = await client.webhookEndpoints.resendEvent(id, { position });
    assert.equal((await client.webhookEndpoints.resendEvent(id, { position })).id, again.id);
    const since = new Date(0).toISOString();
    const timeout = PATIENCE_MS;
    const recovered = await client.operations.wait(await client.webhookEndpoints.recover(id, { since }), { timeout });
    assert.deepEqual(recovered.result, { object: 'webhook_recovery', deliveries: 5 });
    const replay = async () => client.operations.wait((await client.webhookEndpoints.replay(id, { since })).id, { timeout });
    await replay();
    const replayed = await replay();
    assert.deepEqual(replayed.result, { object: 'webhook_replay', events: 0 });
    await fetched(client.operations.list({ status: 'succeeded' }), replayed.id);
    assert.deepEqual(await client.operations.get(replayed.id), replayed);
    await assert.rejects(client.operations.cancel(replayed.id), { code: 'operation_not_cancellable' });

    const list = () => client.webhookEndpoints.listDeliveries(id, { limit: 2 });
    const items = [];
    for await (const delivery of list()) items.push(delivery.id);
    const paged = [];
    for await (const page of list().pages()) paged.push(...page.data.map((delivery) => delivery.id));
    assert.ok(items.includes(again.id) && items.length >= 5);
    assert.equal(new Set(items).size, items.length);
    assert.deepEqual(paged, items);
    assert.deepEqual((await list().toArray(1_000)).map((delivery) => delivery.id), items);
    assert.deepEqual((await client.webhookEndpoints.listAttempts(id)).data, []);
    await client.webhookEndpoints.delete(id);
    await assert.rejects(client.webhookEndpoints.get(id), { status: 404 });
  },

  'everything is cleared away': async (client, { channel, contact, flow }) => {
    const { etag } = await client.flows.get(flow).withResponse();
    const stopped = await client.flows.unpublish(flow, { ifMatch: etag }).withResponse();
    await client.flows.delete(flow, { ifMatch: stopped.etag });
    await client.contacts.delete(contact.id);
    await client.channels.delete(channel.id);
    await assert.rejects(client.contacts.get(contact.id), { status: 404 });
  },
};

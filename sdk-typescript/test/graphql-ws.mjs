// BASE_URL=… API_KEY=… node test/graphql-ws.mjs
//
// Follows messages over a WebSocket with the public client `graphql-ws`, against a running server,
// loses the connection on the way and misses nothing. Ends with "followed" or an exit code.
import assert from 'node:assert/strict';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { ChatFlow } from '../dist/esm/index.js';

const { BASE_URL: baseUrl, API_KEY: apiKey } = process.env;
assert.ok(baseUrl && apiKey, 'Set BASE_URL and API_KEY.');

let socket;
const client = createClient({
  url: `${baseUrl.replace(/^http/, 'ws')}/graphql`,
  webSocketImpl: WebSocket,
  connectionParams: { authorization: `Bearer ${apiKey}` },
  retryAttempts: 5,
  retryWait: async () => {},
  shouldRetry: () => true,
  on: { opened: (opened) => (socket = opened) },
});

const once = async (query) => {
  for await (const result of client.iterate({ query })) return result;
};

const api = new ChatFlow({ apiKey, baseUrl });
const channel = await api.channels.create({ name: 'Followed', config: { type: 'sandbox' } });
const write = (text) =>
  api.sandbox.createMessage(channel.id, { from: '+16505554001', content: { type: 'text', text } });

const { data } = await once('{ viewer { position } }');
const variables = { channel: channel.id, after: data.viewer.position };
const query = `subscription Inbox($channel: ID, $after: Position) {
  messages(channelId: $channel, after: $after, types: [RECEIVED]) { position message { content } }
}`;

const seen = [];
const following = (async () => {
  for await (const result of client.iterate({ query, variables })) {
    assert.equal(result.errors, undefined);
    const { position, message } = result.data.messages;
    variables.after = position; // what a new connection asks for
    seen.push(message.content.text);
    if (seen.length === 3) socket.terminate();
    if (seen.length === 6) return;
  }
})();

for (let i = 0; i < 6; i++) await write(`Nr ${i}`);
await following;
assert.deepEqual(seen, ['Nr 0', 'Nr 1', 'Nr 2', 'Nr 3', 'Nr 4', 'Nr 5']);

const refused = createClient({
  url: `${baseUrl.replace(/^http/, 'ws')}/graphql`,
  webSocketImpl: WebSocket,
  connectionParams: { authorization: 'Bearer nonsense' },
});
await assert.rejects(
  async () => {
    for await (const _ of refused.iterate({ query: '{ viewer { position } }' }));
  },
  (closed) => closed.code === 4401,
);
await client.dispose();
console.log('followed');

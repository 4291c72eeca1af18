// A local server that answers each operation with its example of the contract, streams samples of
// events, and lets every origin in.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { operationsOf, readContract, resolve } from '../scripts/contract.mjs';
import { home } from '../scripts/files.mjs';
import { json, serve } from './scripted-server.mjs';

const contract = readContract();
export const operations = operationsOf(contract).map((operation) => ({
  ...operation,
  pattern: new RegExp(`^${operation.path.replace(/\{\w+\}/g, '[^/]+')}$`),
}));

const TYPES = ['message.received', 'message.sent', 'message.failed'];
const sampleOf = (type) =>
  JSON.parse(readFileSync(join(home, '..', 'webhooks-spec', 'spec', 'samples', `${type}.json`), 'utf8'));

// Two events after the position that is asked for, then the connection ends.
const streamEvents = (response, { headers, query }) => {
  const types = query.getAll('type').length ? query.getAll('type') : TYPES;
  const after = Number(headers['last-event-id'] ?? query.get('cursor') ?? 0);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('retry: 1\n\n: heartbeat\n\n');
  for (const position of [after + 1, after + 2]) {
    const type = types[(position - 1) % types.length];
    const event = { ...sampleOf(type), position };
    response.write(`id: ${position}\nevent: ${type}\ndata: ${JSON.stringify(event)}\n\n`);
  }
  response.end();
};

const exampleOf = ({ operation }) => {
  const [status, success] = Object.entries(operation.responses).find(([each]) => each.startsWith('2'));
  const examples = resolve(contract, success).content?.['application/json']?.examples;
  return json(Number(status), Object.values(examples ?? {})[0]?.value, { etag: '"1"' });
};

const letIn = (response, { origin, 'access-control-request-headers': asked }) => {
  if (!origin) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', 'request-id, etag, retry-after');
  response.setHeader('access-control-allow-headers', asked ?? '');
  response.setHeader('access-control-allow-methods', 'GET, POST, PATCH, PUT, DELETE');
};

// `change`: other answers by operation, as data or as a function.
export const exampleServer = (test, change = {}) =>
  serve(test, (response, request) => {
    letIn(response, request.headers);
    if (request.method === 'OPTIONS') return response.writeHead(204).end();
    if (request.path === '/v1/events/stream') return streamEvents(response, request);
    const found = operations.find(({ method, pattern }) => method === request.method && pattern.test(request.path));
    assert.ok(found, `${request.method} ${request.path} is not in the contract`);
    const answer = change[found.id] ?? exampleOf(found);
    if (typeof answer === 'function') return answer(response, request);
    return response.writeHead(answer.status, answer.headers).end(answer.body);
  });

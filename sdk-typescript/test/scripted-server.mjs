// A local HTTP server that answers from a script and keeps what it was asked.
import { createServer } from 'node:http';
import { ChatFlow } from '../dist/esm/index.js';

export const API_KEY = 'cf_test_4Kq0tB7mVx2sYw9ZcE1hJ6nR8pLdGfAuT3oQ';

const bodyOf = async (request) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
};

export const json = (status, body, headers = {}) => ({
  status,
  headers: { 'content-type': 'application/json', 'request-id': 'req-1', ...headers },
  body: JSON.stringify(body),
});

export const problem = (status, code, more = {}, headers = {}) =>
  json(
    status,
    { type: `https://docs.chatflow.ai/problems/${code}`, title: code, status, code, request_id: 'req-1', ...more },
    { 'content-type': 'application/problem+json', ...headers },
  );

// `answers`: one for each request, the last one for all further ones; a function decides by itself.
export const serve = async (test, ...answers) => {
  const requests = [];
  const server = createServer(async (request, response) => {
    const { method, headers } = request;
    const url = new URL(request.url, 'http://localhost');
    const kept = { method, url: request.url, path: url.pathname, query: url.searchParams, headers };
    kept.body = await bodyOf(request);
    requests.push(kept);
    const answer = answers[Math.min(requests.length, answers.length) - 1];
    if (typeof answer === 'function') return answer(response, kept, request);
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const baseUrl = `http://127.0.0.1:${server.address().port}`;
  return { baseUrl, requests, client: (more) => new ChatFlow({ apiKey: API_KEY, baseUrl, ...more }) };
};

export const hangUp = (response) => response.socket.destroy();
export const sayNothing = () => {};

export const message = {
  id: 'msg_01kavk5e4sf2xr2bq6d8n1c7pm',
  object: 'message',
  status: 'queued',
  content: { type: 'text', text: 'Hello' },
};

export const page = (data, next_cursor = null) => ({
  object: 'list',
  data,
  has_more: next_cursor !== null,
  next_cursor,
});

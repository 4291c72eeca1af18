import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { AbortedError, ChatFlow, ConnectionError, EventStream, GoneError, InvalidResponseError } from '../dist/esm/index.js';
import { API_KEY, hangUp, problem, sayNothing, serve } from './scripted-server.mjs';

const event = (position, more = {}) => ({ id: `evt_${position}`, object: 'event', position, type: 'message.sent', ...more });
const wire = (...positions) =>
  positions.map((at) => `id: ${at}\nevent: message.sent\ndata: ${JSON.stringify(event(at))}\n\n`).join('');

// An answer that says `text` and then ends, breaks off or stays open.
const stream = (text, then = 'stay') => (response, kept, request) => {
  kept.closed = new Promise((done) => request.socket.once('close', done));
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'request-id': 'req-1' });
  // not zero: the connection shall be there before it goes
  response.write(`retry: 4\n${text}`, () => {
    if (then === 'end') response.end();
    if (then === 'break') setTimeout(() => response.socket.destroy(), 10);
  });
};

// Reads `count` events and leaves.
const take = async (events, count) => {
  const found = [];
  for await (const each of events) if (found.push(each) === count) break;
  return found;
};
const positions = (events) => events.map(({ position }) => position);
const now = { 'retry-after': '0' };

describe('the stream of events', () => {
  it('asks with cursor and filters, and gives events as they are', async (test) => {
    const later = event(5, { type: 'tea.served', data: { sugar: [1] } });
    const { client, requests } = await serve(test, stream(`${wire(4)}id: 5\ndata: ${JSON.stringify(later)}\n\n`));
    const params = { cursor: 3, type: ['message.sent', 'message.read'], channel_id: 'chn_1', conversation_id: undefined };

    const events = client({ workspace: 'wsp_1' }).events.stream(params, { headers: { 'X-One': '1' } });

    assert.ok(events instanceof EventStream);
    assert.equal(requests.length, 0);
    assert.equal(events.position, '3');
    assert.deepEqual(await take(events, 2), [event(4), later]);
    assert.equal(events.position, '5');
    const [{ url, headers }] = requests;
    assert.equal(url, '/v1/events/stream?cursor=3&type=message.sent&type=message.read&channel_id=chn_1');
    assert.match(headers.accept, /^text\/event-stream/);
    assert.equal(headers.authorization, `Bearer ${API_KEY}`);
    assert.equal(headers['chatflow-workspace'], 'wsp_1');
    assert.equal(headers['x-one'], '1');
    assert.equal(headers['last-event-id'], undefined);
    assert.equal(headers['idempotency-key'], undefined);
  });

  it('goes on after the last event when the connection ends or breaks, each event once', async (test) => {
    const { client, requests } = await serve(
      test,
      stream(wire(1, 2), 'end'),
      stream(`${wire(3)}id: 4\ndata: {"half":`, 'break'),
      hangUp,
      stream(wire(2, 3, 4), 'end'),
      stream(wire(5)),
    );

    const found = await take(client().events.stream({ type: ['message.sent'] }), 5);

    assert.deepEqual(positions(found), [1, 2, 3, 4, 5]);
    assert.deepEqual(
      requests.map(({ headers, query }) => [headers['last-event-id'], query.get('cursor')]),
      [[undefined, null], ['2', '2'], ['3', '3'], ['3', '3'], ['4', '4']],
    );
    assert.ok(requests.every(({ query }) => query.get('type') === 'message.sent'));
  });

  it('comes back after 429, 408 and 5xx, and after a proxy\'s page', async (test) => {
    const { client, requests } = await serve(
      test,
      problem(503, 'service_unavailable', { retryable: true }, now),
      problem(429, 'rate_limited', { retryable: true }, now),
      problem(408, 'request_timeout', { retryable: true }, now),
      problem(500, 'internal_error', { retryable: true }, now),
      { status: 502, headers: now, body: '<h1>Bad' },
      stream(wire(1)),
    );

    assert.deepEqual(positions(await take(client().events.stream(), 1)), [1]);
    assert.equal(requests.length, 6);
  });

  it('waits as long as Retry-After says, or longer from time to time', async (test) => {
    const { client } = await serve(
      test,
      stream('', 'end'),
      problem(503, 'service_unavailable', {}, { 'retry-after': '0.05' }),
      hangUp,
      hangUp,
      stream(`retry: 20\n${wire(1)}`, 'end'),
      stream(wire(2)),
    );
    const waits = [];
    const logger = ({ event: what, delayMs }) => what === 'retry' && waits.push(delayMs);

    await take(client({ logger }).events.stream(), 2);

    const between = [[2, 4], [50, 50], [8, 16], [16, 32], [10, 20]];
    assert.equal(waits.length, between.length);
    waits.forEach((wait, i) => assert.ok(wait >= between[i][0] && wait <= between[i][1], `${i}: ${wait}`));
  });

  it('makes a silent connection again', async (test) => {
    const { client, requests } = await serve(test, stream(wire(1)), sayNothing, stream(wire(2)));

    const found = await take(client().events.stream({}, { silenceTimeout: 150, timeout: 150 }), 2);

    assert.deepEqual(positions(found), [1, 2]);
    assert.equal(requests.length, 3);
    await requests[0].closed;
  });

  it('is not silent while heartbeats come, nor while its reader is busy', async (test) => {
    const beating = (response) => {
      stream(wire(1))(response, {}, response.req);
      const timer = setInterval(() => response.write(':\n\n'), 50);
      setTimeout(() => response.write(wire(2)), 1200);
      response.once('close', () => clearInterval(timer));
    };
    const { client, requests } = await serve(test, beating);
    const found = [];

    for await (const { position } of client().events.stream({}, { silenceTimeout: 600 })) {
      if (found.push(position) === 2) break;
      await pause(700);
    }

    assert.deepEqual(found, [1, 2]);
    assert.equal(requests.length, 1);
  });

  it('resumes where it stood, also before anything happened', async (test) => {
    const { client, requests } = await serve(test, stream('id: 41\n\n', 'end'), stream(wire(42)));

    assert.deepEqual(positions(await take(client().events.stream(), 1)), [42]);
    assert.equal(requests[1].headers['last-event-id'], '41');
  });

  it('can be read on later', async (test) => {
    const { client, requests } = await serve(test, stream(wire(1, 2, 3)), stream(wire(2, 3)));
    const events = client().events.stream();

    assert.deepEqual(positions(await take(events, 1)), [1]);
    assert.deepEqual(positions(await take(events, 1)), [2]);
    assert.equal(requests[1].query.get('cursor'), '1');
  });
});

describe('the stream ends', () => {
  it('with an error that another attempt cannot mend', async (test) => {
    for (const [status, code, retryable] of [
      [410, 'cursor_expired', false],
      [401, 'unauthorized', false],
      [403, 'permission_denied', false],
      [400, 'invalid_parameter', false],
      [404, 'not_found', false],
      [429, 'quota_exceeded', false],
    ]) {
      const { client, requests } = await serve(test, stream(wire(1), 'end'), problem(status, code, { retryable }));
      const found = [];

      await assert.rejects(
        async () => {
          for await (const each of client().events.stream()) found.push(each);
        },
        (thrown) => {
          assert.equal(thrown.code, code);
          assert.equal(thrown.status, status);
          return status !== 410 || thrown instanceof GoneError;
        },
      );
      assert.deepEqual(positions(found), [1]);
      assert.equal(requests.length, 2);
    }
  });

  it('with an error when what comes is no event stream', async (test) => {
    for (const answer of [
      { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' },
      { status: 204, headers: {} },
      stream('id: 1\ndata: {"half":\n\n'),
    ]) {
      const { client, requests } = await serve(test, answer);

      await assert.rejects(take(client().events.stream(), 1), InvalidResponseError);
      assert.equal(requests.length, 1);
    }
  });

  it('and lets go of an answer that it does not read', async () => {
    let signal;
    const fetch = async (url, init) => {
      ({ signal } = init);
      return new Response('<html>', { headers: { 'content-type': 'text/html' } });
    };
    const client = new ChatFlow({ apiKey: 'a', baseUrl: 'https://a.example', fetch });

    await assert.rejects(take(client.events.stream(), 1), /no event stream. Does baseUrl point to ChatFlow/);

    assert.equal(signal.aborted, true);
  });

  it('after as many failures in a row as it may have', async (test) => {
    const { client, requests } = await serve(test, hangUp, stream(wire(1), 'end'), stream('', 'end'));
    const events = client().events.stream({}, { maxRetries: 1 });

    assert.deepEqual(positions(await take(events, 1)), [1]);
    await assert.rejects(take(events, 1), ConnectionError);
    assert.equal(requests.length, 4);
  });

  it('by break, and the connection with it', async (test) => {
    const { client, requests } = await serve(test, stream(wire(1, 2)));

    await take(client().events.stream(), 1);

    await requests[0].closed;
    assert.equal(requests.length, 1);
  });

  it('by the signal, while it waits for events, for the server and for the next attempt', async (test) => {
    const busy = problem(503, 'service_unavailable', { retryable: true }, { 'retry-after': '60' });
    for (const answer of [stream(wire(1)), sayNothing, busy]) {
      const { client, requests } = await serve(test, answer);
      const controller = new AbortController();
      const found = [];
      setTimeout(() => controller.abort('enough'), 150);

      await assert.rejects(
        async () => {
          const options = { signal: controller.signal };
          for await (const each of client().events.stream({}, options)) found.push(each);
        },
        (thrown) => thrown instanceof AbortedError && thrown.cause === 'enough',
      );
      assert.equal(requests.length, 1);
      assert.ok(found.length <= 1);
      await requests[0].closed;
    }
  });

  it('between two events when the signal is aborted there', async (test) => {
    const { client } = await serve(test, stream(wire(1, 2, 3)));
    const controller = new AbortController();
    const found = [];

    await assert.rejects(async () => {
      for await (const { position } of client().events.stream({}, { signal: controller.signal })) {
        found.push(position);
        controller.abort();
      }
    }, AbortedError);
    assert.deepEqual(found, [1]);

    const before = client().events.stream({}, { signal: AbortSignal.abort() });
    await assert.rejects(take(before, 1), AbortedError);
  });

  it('quietly by close(), also while it waits', async (test) => {
    const busy = problem(503, 'service_unavailable', { retryable: true }, { 'retry-after': '60' });
    for (const answer of [stream(wire(1)), sayNothing, busy]) {
      const { client } = await serve(test, answer);
      const events = client().events.stream();
      setTimeout(() => events.close(), 150);

      for await (const { position } of events) assert.equal(position, 1);
      for await (const none of events) assert.fail(none);
    }
  });

  it('even when fetch is one that forgets the signal after the head', async () => {
    let cancelled = 0;
    const body = () => new ReadableStream({ cancel: () => void cancelled++ });
    const headers = { 'content-type': 'text/event-stream' };
    const fetch = async () => ({ ok: true, status: 200, headers: new Headers(headers), body: body() });
    const client = new ChatFlow({ apiKey: 'a', baseUrl: 'https://a.example', fetch });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);

    await assert.rejects(take(client.events.stream({}, { signal: controller.signal }), 1), AbortedError);
    await assert.rejects(take(client.events.stream({}, { silenceTimeout: 10, maxRetries: 0 }), 1), /Not a byte for 10 ms/);

    assert.equal(cancelled, 2);
  });

  it('and leaves no listener at the signal', async (test) => {
    const { client } = await serve(test, stream(wire(1), 'end'), stream(wire(2), 'end'), stream(wire(3)));
    const { signal } = new AbortController();
    let listening = 0;
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    signal.addEventListener = (...given) => (listening++, add(...given));
    signal.removeEventListener = (...given) => (listening--, remove(...given));

    await take(client().events.stream({}, { signal }), 3);

    assert.equal(listening, 0);
  });
});

describe('the log hook of a stream', () => {
  it('sees connections, not what they carry', async (test) => {
    const secret = event(1, { data: { text: 'Sheena' } });
    const { client } = await serve(
      test,
      stream(`id: 1\ndata: ${JSON.stringify(secret)}\n\n`, 'end'),
      problem(410, 'cursor_expired', { retryable: false }),
    );
    const told = [];

    await assert.rejects(take(client({ logger: (each) => told.push(each) }).events.stream({ contact_id: 'con_1' }), 2));

    assert.deepEqual(
      told.map(({ event: what, attempt, status, error }) => [what, attempt, status, error]),
      [
        ['request', 1, undefined, undefined],
        ['response', 1, 200, undefined],
        ['retry', 1, undefined, 'ConnectionError'],
        ['request', 2, undefined, undefined],
        ['response', 2, 410, undefined],
        ['failure', 2, undefined, 'GoneError'],
      ],
    );
    assert.ok(told.every(({ operation, path }) => operation === 'streamEvents' && path === '/v1/events/stream'));
    assert.doesNotMatch(JSON.stringify(told), /Sheena|con_1|cf_test/);
  });
});

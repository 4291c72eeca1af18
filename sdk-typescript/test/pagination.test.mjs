import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Page } from '../dist/esm/index.js';
import { json, page, problem, serve } from './scripted-server.mjs';

const three = [
  json(200, page([{ id: 'con_1' }, { id: 'con_2' }], 'c1')),
  json(200, page([{ id: 'con_3' }], 'c2')),
  json(200, page([{ id: 'con_4' }])),
];

describe('a list', () => {
  it('can be iterated over all its pages', async (test) => {
    const { client, requests } = await serve(test, ...three);
    const ids = [];

    for await (const contact of client().contacts.list({ tag: 'vip', limit: 2 }, { workspace: 'wsp_1' })) {
      ids.push(contact.id);
    }

    assert.deepEqual(ids, ['con_1', 'con_2', 'con_3', 'con_4']);
    assert.deepEqual(
      requests.map(({ url }) => url),
      [
        '/v1/contacts?tag=vip&limit=2',
        '/v1/contacts?tag=vip&limit=2&cursor=c1',
        '/v1/contacts?tag=vip&limit=2&cursor=c2',
      ],
    );
    assert.ok(requests.every(({ headers }) => headers['chatflow-workspace'] === 'wsp_1'));
  });

  it('can be had as an array, of all or of so many', async (test) => {
    const { client, requests } = await serve(test, ...three, ...three);
    const ids = (items) => items.map(({ id }) => id);
    const list = () => client().contacts.list();

    assert.deepEqual(ids(await list().toArray()), ['con_1', 'con_2', 'con_3', 'con_4']);
    assert.deepEqual(ids(await list().toArray(3)), ['con_1', 'con_2', 'con_3']);
    assert.equal(requests.length, 5);
  });

  it('as an array stops at the page that fills it', async (test) => {
    const { client, requests } = await serve(test, three[0]);

    const first = await client().contacts.list();

    assert.deepEqual(await first.toArray(1), [{ id: 'con_1' }]);
    assert.equal((await first.toArray(2)).length, 2);
    assert.deepEqual(await first.toArray(0), []);
    assert.equal(requests.length, 1);
  });

  it('asks for no page more than is read', async (test) => {
    const { client, requests } = await serve(test, ...three);

    for await (const contact of client().contacts.list()) if (contact.id === 'con_2') break;

    assert.equal(requests.length, 1);
  });

  it('can be read page by page', async (test) => {
    const { client } = await serve(test, ...three);
    const sizes = [];

    const first = await client().contacts.list();
    const second = await first.nextPage();
    for await (const each of second.pages()) sizes.push(each.data.length);

    assert.ok(first instanceof Page);
    assert.equal(first.has_more, true);
    assert.equal(first.next_cursor, 'c1');
    assert.deepEqual(sizes, [1, 1]);
  });

  it('has no page after the last one', async (test) => {
    const { client, requests } = await serve(test, three[2]);

    const last = await client().contacts.list();

    assert.equal(await last.nextPage(), undefined);
    assert.equal(requests.length, 1);
  });

  it('keeps the cursor of the last page, where a reader of events waits', async (test) => {
    const { client } = await serve(test, json(200, { ...page([]), next_cursor: '4711' }));

    const events = await client().events.list({ cursor: '4711' });

    assert.equal(events.next_cursor, '4711');
    assert.equal(await events.nextPage(), undefined);
  });

  it('is on the page as on the wire, unknown fields included', async (test) => {
    const wire = { ...page([{ id: 'con_1' }]), total: 1 };
    const { client } = await serve(test, json(200, wire));

    const { data, status } = await client().contacts.list().withResponse();

    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(JSON.stringify(data)), wire);
  });

  it('fails in the loop when a page fails', async (test) => {
    const { client } = await serve(test, three[0], problem(400, 'cursor_mismatch'));
    const ids = [];

    await assert.rejects(
      async () => {
        for await (const contact of client().contacts.list()) ids.push(contact.id);
      },
      { code: 'cursor_mismatch' },
    );
    assert.deepEqual(ids, ['con_1', 'con_2']);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SseParser } from '../dist/esm/core/sse.js';

const message = (data, event = 'message', id = '') => ({ event, data, id });

// WHATWG HTML, 9.2.6, its examples among them
const table = {
  'a message': ['data: a\n\n', [message('a')]],
  'lines that end with CR': ['data: a\r\rdata: b\r\r', [message('a'), message('b')]],
  'lines that end with CRLF': ['event: e\r\ndata: a\r\n\r\n', [message('a', 'e')]],
  'endings of all kinds': ['data: a\r\ndata: b\ndata: c\r\n\ndata: d\r\n\rdata: e\n\n', [message('a\nb\nc'), message('d'), message('e')]],
  'two lines and no end': ['data: YHOO\ndata: +2\ndata: 10\n\n', [message('YHOO\n+2\n10')]],
  'comments, ids and messages': [
    ': test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n',
    [message('first event', 'message', '1'), message('second event'), message(' third event')],
  ],
  'fields without value': ['data\n\ndata\ndata\n\ndata:', [message(''), message('\n')]],
  'one space or none': ['data:test\n\ndata: test\n\n', [message('test'), message('test')]],
  'only one space is taken away': ['data:  a \n\n', [message(' a ')]],
  'a value with colons': ['data: a: b:c\n\n', [message('a: b:c')]],
  'a block that does not end': ['data: a\n\ndata: b\n', [message('a')]],
  'an event without data': ['event: e\n\ndata: a\n\n', [message('a')]],
  'an id that stays': ['id: 7\ndata: a\n\ndata: b\n\n', [message('a', 'message', '7'), message('b', 'message', '7')]],
  'an id with NULL, ignored': ['id: 7\ndata: a\n\nid: 8\0\ndata: b\n\n', [message('a', 'message', '7'), message('b', 'message', '7')]],
  'fields that nobody knows': ['foo: bar\nDATA: x\n data: y\ndata: a\n\n', [message('a')]],
  'a byte order mark at the beginning': ['\ufeffdata: a\n\n', [message('a')]],
  'a byte order mark elsewhere': ['data: a\n\n\ufeffdata: b\n\ndata: \ufeffc\n\n', [message('a'), message('\ufeffc')]],
  'characters of many bytes': ['data: é€😀\n\n', [message('é€😀')]],
  'heartbeats': [':\n\n: \r\n:\rdata: a\n\n:\n\n', [message('a')]],
  'nothing': ['', []],
};

const read = (parser, portions) => portions.flatMap((portion) => parser.push(portion));

describe('an event stream', () => {
  for (const [name, [text, wanted]] of Object.entries(table)) {
    it(`of ${name} reads the same, wherever it is cut`, () => {
      const bytes = new TextEncoder().encode(text);

      assert.deepEqual(read(new SseParser(), [bytes]), wanted);
      assert.deepEqual(read(new SseParser(), Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))), wanted);
      for (let at = 0; at <= bytes.length; at++) {
        const portions = [bytes.subarray(0, at), new Uint8Array(), bytes.subarray(at)];
        assert.deepEqual(read(new SseParser(), portions), wanted, `cut at ${at}`);
      }
    });
  }

  it('says how long to wait, in digits only', () => {
    const parser = new SseParser();
    const after = (text) => {
      parser.push(new TextEncoder().encode(text));
      return parser.retryMs;
    };

    assert.equal(after('data: a\n\n'), undefined);
    assert.equal(after('retry: 2500\n'), 2500);
    assert.equal(after('retry: 1e3\nretry: -1\nretry\nretry: 7 \n'), 2500);
    assert.equal(after('retry:0\n'), 0);
  });

  it('names an id without data, too, once the block is whole', () => {
    const parser = new SseParser();

    parser.push(new TextEncoder().encode('id: 41\n'));
    assert.equal(parser.lastId, '');
    parser.push(new TextEncoder().encode('\n'));
    assert.equal(parser.lastId, '41');
  });

  it('replaces bytes that are no UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from('data: a'), Buffer.from([0xff]), Buffer.from('\n\n')]);

    assert.deepEqual(new SseParser().push(bytes), [message('a\ufffd')]);
  });
});

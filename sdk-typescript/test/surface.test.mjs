import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { home } from '../scripts/files.mjs';
import { surface } from '../scripts/surface.mjs';

const without = (lines, others) => {
  const known = new Set(others);
  return lines.filter((line) => !known.has(line));
};

describe('the public surface', () => {
  it('is the one in api.txt', () => {
    const recorded = readFileSync(join(home, 'api.txt'), 'utf8').split('\n');
    const found = surface().split('\n');
    const lost = without(recorded, found);
    const added = without(found, recorded);

    assert.ok(
      lost.length + added.length === 0 && recorded.join('\n') === found.join('\n'),
      [
        'What callers can see has changed.',
        ...lost.map((line) => `- ${line}`),
        ...added.map((line) => `+ ${line}`),
        lost.length ? 'A line with "-" breaks callers: it needs a new major version.' : 'Nothing that callers use is gone.',
        'If it is meant so: "node scripts/build.mjs api" in sdk-typescript, and commit api.txt.',
      ].join('\n'),
    );
  });

  it('has what callers use, and not what they cannot reach', () => {
    const lines = surface().split('\n');

    for (const line of [
      'export ChatFlow',
      'export default',
      'export type Contact',
      'export Webhooks',
      'class ChatFlow extends Resources',
      'ChatFlow.readonly webhooks: ClientWebhooks',
      'class EventsResource extends core.StreamedEvents',
      'Contact.id: string',
      'class NotFoundError extends ApiError',
    ]) {
      assert.ok(lines.includes(line), line);
    }
    assert.ok(lines.some((line) => line.startsWith('StreamedEvents.stream(params?: StreamEventsParams')));
    assert.ok(lines.some((line) => line.startsWith('ContactsResource.list(params?: ListContactsParams')));
    assert.ok(lines.some((line) => line.startsWith('type Event = models.') || line.startsWith('type Event = ')));
    assert.deepEqual(lines.filter((line) => /#private|^class Transport|errorOf|export abortedBy|randomUuid/.test(line)), []);
  });
});

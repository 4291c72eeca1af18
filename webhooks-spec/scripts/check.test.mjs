import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { catalogue, faultsOf, typesOf } from './check.mjs';

describe('the catalogue of events', () => {
  it('has one message and one sample that fits for each type of the contract', () => {
    const found = catalogue();

    assert.deepEqual(faultsOf(found), []);
    assert.ok(typesOf(found).length >= 22);
  });

  it('would not pass with a type that has no message and no sample', () => {
    const found = catalogue();
    const { mapping } = found.contract.components.schemas.Event.discriminator;
    mapping['tea.served'] = '#/components/schemas/MessageReadEvent';

    assert.deepEqual(faultsOf(found), [
      'components.messages: tea.served is missing',
      'channels.events.messages: tea.served is missing',
      'samples: tea.served.json is missing',
    ]);
  });

  it('would not pass with a wrong payload, a wrong sample or one too many', () => {
    const found = catalogue();
    const { messages } = found.asyncapi.components;
    messages['message.read'].payload.schema.$ref = messages['message.sent'].payload.schema.$ref;
    found.samples['contact.created.json'].data.contact.tags = 'vip';
    found.samples['tea.served.json'] = {};

    assert.deepEqual(faultsOf(found), [
      'the payload of message.read must be MessageReadEvent: MessageSentEvent',
      'samples: tea.served.json is no event of the contract',
      'samples/contact.created.json does not fit: /data/contact/tags must be array',
    ]);
  });

  it('would not pass when it is no AsyncAPI', () => {
    const found = catalogue();
    delete found.asyncapi.info.title;

    const [fault] = faultsOf(found);

    assert.match(fault, /^asyncapi\.yaml is not AsyncAPI 3: .*must have required property 'title'/);
  });
});

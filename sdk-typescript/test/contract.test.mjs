import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { annotate, methodName, operationsOf } from '../scripts/contract.mjs';

const operation = (operationId, tag, more = {}) => ({
  operationId,
  tags: [tag],
  responses: { 200: { description: 'OK' } },
  ...more,
});
const contractOf = (paths) => ({ paths, components: { schemas: {} } });

describe('the contract as the SDK sees it', () => {
  it('leaves out what the SDK has by hand', () => {
    const skip = { 'x-sdk-skip': true };
    const contract = contractOf({
      '/v1/events': { get: operation('listEvents', 'Events') },
      '/v1/events/stream': { get: operation('streamEvents', 'Events', skip) },
      '/v1/both': { parameters: [], get: operation('streamBoth', 'Both', skip), post: operation('createBoth', 'Both') },
    });

    assert.deepEqual(operationsOf(contract).map(({ id }) => id), ['listEvents', 'createBoth']);
    const annotated = annotate(contract);
    assert.deepEqual(Object.keys(annotated.paths), ['/v1/events', '/v1/both']);
    assert.deepEqual(Object.keys(annotated.paths['/v1/both']), ['parameters', 'post']);
  });

  it('says which class an accessor stands on', () => {
    const { paths } = annotate(
      contractOf({
        '/v1/events': { get: operation('listEvents', 'Events') },
        '/v1/contacts': { get: operation('listContacts', 'Contacts') },
      }),
    );

    assert.equal(paths['/v1/events'].get['x-sdk-base'], 'StreamedEvents');
    assert.equal(paths['/v1/contacts'].get['x-sdk-base'], 'Resource');
  });

  it('says what the variants of a union have alike', () => {
    const id = { type: 'string' };
    const variant = (required, properties) => ({ type: 'object', required, properties });
    const union = { oneOf: ['A', 'B'].map((name) => ({ $ref: `#/components/schemas/${name}` })), discriminator: { propertyName: 'type' } };
    const schemas = (b) => ({ A: variant(['id', 'type', 'at'], { id, type: {}, at: id }), B: b, Both: { ...union } });
    const commonOf = (b) => annotate({ paths: {}, components: { schemas: schemas(b) } }).components.schemas.Both['x-sdk-common'];

    assert.equal(commonOf(variant(['type', 'at', 'id'], { id, type: {}, at: id })), "A, 'id' | 'at'");
    assert.equal(commonOf(variant(['type', 'id'], { id, type: {}, at: id })), "A, 'id'");
    assert.equal(commonOf(variant(['type', 'id'], { id: { type: 'integer' }, type: {} })), undefined);
    assert.equal(commonOf(variant(undefined, undefined)), undefined);
  });

  it('names a method without its noun', () => {
    for (const [id, tag, wanted] of [
      ['listContacts', 'Contacts', 'list'],
      ['sendMessageBatch', 'Messages', 'sendBatch'],
      ['listEventTypes', 'Events', 'listTypes'],
      ['getFlowSession', 'FlowSessions', 'get'],
      ['testWebhookEndpoint', 'WebhookEndpoints', 'test'],
    ]) {
      assert.equal(methodName(operation(id, tag)), wanted);
    }
    assert.equal(methodName(operation('rotateWebhookSecret', 'WebhookEndpoints', { 'x-sdk-method': 'rotate' })), 'rotate');
  });

  it('refuses two operations of one name', () => {
    const contract = contractOf({
      '/v1/contacts': { get: operation('listContacts', 'Contacts') },
      '/v1/contact': { get: operation('listContact', 'Contacts') },
    });

    assert.throws(() => annotate(contract), /both contacts\.list: set x-sdk-method/);
  });
});

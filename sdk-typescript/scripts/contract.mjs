// Reads the bundled contract and says how the SDK shows it: which accessor and method an operation
// has, whether it pages, and what its body is. The templates print what is written here.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { home } from './files.mjs';

export const bundle = join(home, '..', 'api-spec', 'target', 'classes', 'openapi.json');

export const readContract = () => {
  if (!existsSync(bundle)) {
    throw new Error(`There is no ${bundle}: run "mvn -pl api-spec process-resources" first.`);
  }
  return JSON.parse(readFileSync(bundle, 'utf8'));
};

export const resolve = (contract, node) => {
  let found = node;
  while (found?.$ref) {
    const names = found.$ref.slice(2).split('/');
    found = names.reduce((at, name) => at[name.replaceAll('~1', '/').replaceAll('~0', '~')], contract);
  }
  return found;
};

const nameOf = (schema) => schema?.$ref?.split('/').at(-1);
const lowerFirst = (word) => word[0].toLowerCase() + word.slice(1);
const singular = (word) => word.replace(/ies$/, 'y').replace(/s$/, '');
const nounOf = (tag) => tag.split(/(?=[A-Z])/).map(singular).join('');

// As the Java SDK: listContacts of Contacts -> list, sendMessageBatch of Messages -> sendBatch.
export const methodName = (operation) => {
  const { 'x-sdk-method': given, operationId, tags } = operation;
  return given ?? operationId.replace(new RegExp(`(${tags[0]}|${nounOf(tags[0])})(?![a-z])`), '');
};

const form = 'multipart/form-data';

const pageItem = (contract, schema) => {
  const page = resolve(contract, schema);
  if (!page?.properties?.next_cursor || !page.properties.data) return undefined;
  return nameOf(page.properties.data.items);
};

const methods = ['get', 'post', 'put', 'patch', 'delete'];

// Every operation with all that templates, examples and the smoke test need to know of it.
export const operationsOf = (contract) =>
  Object.entries(contract.paths).flatMap(([path, item]) =>
    methods
      .filter((method) => item[method] && !item[method]['x-sdk-skip'])
      .map((method) => {
        const operation = item[method];
        const success = Object.entries(operation.responses).find(([status]) => status.startsWith('2'));
        const answer = resolve(contract, success[1]).content?.['application/json'];
        const request = Object.entries(resolve(contract, operation.requestBody)?.content ?? {})[0];
        const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map((each) =>
          resolve(contract, each),
        );
        return {
          id: operation.operationId,
          operation,
          path,
          method: method.toUpperCase(),
          resource: operation.tags[0],
          accessor: lowerFirst(operation.tags[0]),
          name: methodName(operation),
          parameters,
          item: pageItem(contract, answer?.schema),
          contentType: request?.[0],
          request: request?.[1],
          answer,
        };
      }),
  );

// Accessors that have more than the contract says: src/core/index.ts exports the class of each.
const handWritten = { Events: 'StreamedEvents', Operations: 'AwaitedOperations' };

// Leaves out what the SDK has by hand (streams), and what then has no operation.
const withoutSkipped = (contract) => {
  for (const [path, item] of Object.entries(contract.paths)) {
    for (const method of methods) if (item[method]?.['x-sdk-skip']) delete item[method];
    if (!methods.some((method) => item[method])) delete contract.paths[path];
  }
  return contract;
};

// The type of a filter that is an enum of the contract, or many of them.
const modelType = (contract, schema) => {
  const { enum: values, items } = resolve(contract, schema);
  if (values) return `models.${nameOf(schema)}`;
  const of = items && modelType(contract, items);
  return of && `Array<${of}>`;
};

const check = (contract, operations) => {
  const seen = new Map();
  for (const { id, accessor, name } of operations) {
    const method = `${accessor}.${name}`;
    if (seen.has(method)) throw new Error(`${id} and ${seen.get(method)} are both ${method}: set x-sdk-method.`);
    seen.set(method, id);
  }
  for (const [model, schema] of Object.entries(contract.components.schemas)) {
    for (const property of Object.keys(schema.properties ?? {})) {
      if (/^[a-z][a-z0-9_]*$/.test(property)) continue;
      throw new Error(`${model}.${property} is not snake_case.`);
    }
  }
};

// What every variant of a union has alike, a variant that nobody knows yet has, too: `A, 'id' | 'position'`.
const commonOf = (contract, { oneOf, discriminator }) => {
  const variants = oneOf.map((variant) => resolve(contract, variant));
  const [first] = variants;
  const same = (name) => {
    const [one, ...others] = variants.map(({ properties }) => JSON.stringify(properties?.[name]));
    return others.every((other) => other === one);
  };
  const names = (first.required ?? []).filter(
    (name) =>
      name !== discriminator.propertyName &&
      variants.every(({ required }) => required?.includes(name)) &&
      same(name),
  );
  return names.length ? `${nameOf(oneOf[0])}, ${names.map((name) => `'${name}'`).join(' | ')}` : undefined;
};

// The contract with `x-sdk-…` for the templates.
export const annotate = (whole) => {
  const contract = withoutSkipped(whole);
  const operations = operationsOf(contract);
  check(contract, operations);
  for (const schema of Object.values(contract.components.schemas)) {
    const common = schema.oneOf && schema.discriminator && commonOf(contract, schema);
    if (common) schema['x-sdk-common'] = common;
  }
  for (const each of operations) {
    const query = each.parameters.filter((parameter) => parameter.in === 'query');
    for (const parameter of query) {
      const type = modelType(contract, parameter.schema);
      if (type) parameter['x-sdk-type'] = type;
    }
    // a form with a file is an object to callers; the core makes the form
    if (each.contentType === form) each.operation.requestBody.content = { 'application/json': each.request };
    Object.assign(each.operation, {
      'x-sdk-resource': each.resource,
      'x-sdk-accessor': each.accessor,
      'x-sdk-base': handWritten[each.resource] ?? 'Resource',
      'x-sdk-method': each.name,
      'x-sdk-path': each.path,
      ...(each.item && { 'x-sdk-item': each.item }),
      ...(each.contentType === form && { 'x-sdk-form': true }),
      ...(each.contentType && each.contentType !== form && { 'x-sdk-content-type': each.contentType }),
      ...(query.some((parameter) => parameter.required) && { 'x-sdk-params-required': true }),
    });
  }
  return contract;
};

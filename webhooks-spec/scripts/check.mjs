// The catalogue of events against the contract's `Event` union: asyncapi.yaml is AsyncAPI 3, each
// type has exactly one message whose payload is its schema, and one sample that fits it.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import Ajv2020 from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';

const home = fileURLToPath(new URL('..', import.meta.url));
const bundle = join(home, '..', 'api-spec', 'target', 'classes', 'openapi.json');
const schemaFolder = join(home, '..', 'api-spec', 'openapi', 'schemas');

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
const readYaml = (file) => parse(readFileSync(file, 'utf8'));

// What is checked; a test passes broken ones.
export const catalogue = (spec = join(home, 'spec')) => ({
  contract: readJson(bundle),
  asyncapi: readYaml(join(spec, 'asyncapi.yaml')),
  samples: Object.fromEntries(
    readdirSync(join(spec, 'samples')).map((name) => [name, readJson(join(spec, 'samples', name))]),
  ),
});

export const typesOf = ({ contract }) =>
  Object.entries(contract.components.schemas.Event.discriminator.mapping).map(([type, ref]) => [
    type,
    ref.split('/').at(-1),
  ]);

const shown = (errors) => errors.map(({ instancePath, message }) => `${instancePath || '/'} ${message}`).join('; ');

const namesDiffer = (what, found, wanted) => [
  ...wanted.filter((name) => !found.includes(name)).map((name) => `${what}: ${name} is missing`),
  ...found.filter((name) => !wanted.includes(name)).map((name) => `${what}: ${name} is no event of the contract`),
];

const structureFaults = ({ asyncapi }) => {
  const schema = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0.json');
  // the schema brings its own copy of the meta schema
  const ajv = new Ajv({ strict: false, validateFormats: false, meta: false, validateSchema: false });
  return ajv.validate(schema, asyncapi) ? [] : [`asyncapi.yaml is not AsyncAPI 3: ${shown(ajv.errors)}`];
};

// The name of the contract's schema that a payload points to, or what is wrong with the pointer.
const pointed = (ref) => {
  const [path, name] = ref.split('#/');
  const file = resolve(home, 'spec', path);
  if (!existsSync(file)) return `${path} does not exist`;
  if (dirname(file) !== resolve(schemaFolder)) return `${path} is no schema file of the contract`;
  return readYaml(file)[name] ? name : `${path} has no ${name}`;
};

const messageFaults = ({ asyncapi }, types) => {
  const names = types.map(([type]) => type);
  const { messages } = asyncapi.components;
  const listed = asyncapi.channels.events.messages;
  const faults = [
    ...namesDiffer('components.messages', Object.keys(messages), names),
    ...namesDiffer('channels.events.messages', Object.keys(listed), names),
  ];
  for (const [type, schema] of types.filter(([name]) => messages[name])) {
    const { name, payload, traits } = messages[type];
    const target = pointed(payload.schema.$ref);
    if (name !== type) faults.push(`${type} is named ${name}`);
    if (target !== schema) faults.push(`the payload of ${type} must be ${schema}: ${target}`);
    if (listed[type] && listed[type].$ref !== `#/components/messages/${type}`) {
      faults.push(`channels.events.messages.${type} is ${listed[type].$ref}`);
    }
    if (traits?.[0]?.$ref !== '#/components/messageTraits/standardWebhook') {
      faults.push(`${type} lacks the headers of a Standard Webhook`);
    }
  }
  return faults;
};

const validatorOf = (contract) => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats(ajv);
  for (const [, format] of JSON.stringify(contract).matchAll(/"format":"([a-z-]+-id)"/g)) ajv.addFormat(format, true);
  ajv.addSchema(contract, 'contract');
  return (name) => ajv.getSchema(`contract#/components/schemas/${name}`);
};

const sampleFaults = ({ contract, samples }, types) => {
  const validator = validatorOf(contract);
  const faults = namesDiffer('samples', Object.keys(samples), types.map(([type]) => `${type}.json`));
  const seen = new Set();
  for (const [type, schema] of types.filter(([name]) => samples[`${name}.json`])) {
    const sample = samples[`${type}.json`];
    const misfit = [schema, 'Event'].map(validator).find((fits) => !fits(sample));
    if (misfit) faults.push(`samples/${type}.json does not fit: ${shown(misfit.errors)}`);
    if (seen.has(sample.id)) faults.push(`samples/${type}.json has the id of another sample`);
    seen.add(sample.id);
  }
  return faults;
};

export const faultsOf = (found) => {
  const types = typesOf(found);
  const structure = structureFaults(found);
  return [...structure, ...(structure.length ? [] : messageFaults(found, types)), ...sampleFaults(found, types)];
};

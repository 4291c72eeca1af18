// node scripts/contract-for-java.mjs <bundle.json> <out.json>
//
// Says in `x-java-*` extensions what the templates print, so that nothing is left to the
// generator's guesses about OpenAPI 3.1: unions, constants, null, enums, method signatures.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const [source, target] = process.argv.slice(2);
const spec = JSON.parse(readFileSync(source, 'utf8'));
const schemas = spec.components.schemas;

const fail = (sentence) => {
  throw new Error(sentence);
};
const nameOf = (ref) => ref.split('/').pop();
const pascal = (text) => text.replace(/(^|[_.-])(\w)/g, (_, __, letter) => letter.toUpperCase());
const camel = (text) => pascal(text).replace(/^./, (letter) => letter.toLowerCase());
const resolve = (node) => (node?.$ref ? node.$ref.slice(2).split('/').reduce((at, key) => at[key], spec) : node);
// never printed by toString()
const isSecret = (name) => /(^|_)(secret|token)$/.test(name);

const isNullable = (schema) => [schema.type].flat().includes('null');
// `anyOf` of a schema and null: what a merge patch may take away
const orNull = ({ anyOf }) => (anyOf?.length === 2 && anyOf[1].type === 'null' ? anyOf[0] : undefined);
const isModel = (schema) => schema.properties !== undefined || schema['x-java-union'] === true;
const boxes = { boolean: 'Boolean', string: 'String' };

// The Java type of a schema; an alias (an id, a map) is its target.
const javaType = (schema) => {
  const real = resolve(schema);
  if (schema.$ref && (isModel(real) || real.enum)) return nameOf(schema.$ref);
  const types = [real.type].flat().filter((type) => type !== 'null');
  if (types.length !== 1) return 'Object';
  const [type] = types;
  if (type === 'array') return `List<${javaType(real.items)}>`;
  if (type === 'integer') return real.format === 'int64' ? 'Long' : 'Integer';
  if (type === 'number') return 'Double';
  if (type === 'string' && real.format === 'date-time') return 'Instant';
  if (type === 'object') {
    const of = real.additionalProperties;
    return `Map<String, ${typeof of === 'object' ? javaType(of) : 'Object'}>`;
  }
  return boxes[type] ?? fail(`No Java type for ${JSON.stringify(schema)}`);
};

const primitives = { Boolean: 'boolean', Integer: 'int', Long: 'long', Double: 'double' };

const hoistEnum = (schema, name) => {
  if (schemas[name]) fail(`The inline enum ${name} needs another name: a schema has it already.`);
  schemas[name] = { type: 'string', enum: schema.enum, description: schema.description };
  return { $ref: `#/components/schemas/${name}` };
};

// Markdown of the contract as the text of a Javadoc comment
const doc = (text) =>
  text.trim().replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('@', '&#64;')
    .replaceAll('*/', '*&#47;').replace(/`([^`{}]*)`/g, '{@code $1}').replace(/\s+/g, ' ').replace(/([^.!?…])$/, '$1.');
const named = (name) => `The ${name.replaceAll('_', ' ')}.`;

const reserved = new Set(['default', 'class', 'package', 'public', 'private', 'switch', 'new', 'import', 'long', 'native']);
const field = (name) => (reserved.has(name) ? `${name}_` : camel(name));

const property = (owner, name, schema, required) => {
  const one = schema.enum?.length === 1;
  const typed = schema.enum && !one ? hoistEnum(schema, owner + pascal(name)) : (orNull(schema) ?? schema);
  const type = javaType(typed);
  const nullable = typed === orNull(schema) || isNullable(resolve(typed));
  return {
    type: 'string',
    'x-java-doc': doc(schema.description ?? named(name)),
    'x-java-json': name,
    'x-java-field': field(name),
    'x-java-method': pascal(name),
    'x-java-type': type,
    'x-java-answer': required && !nullable ? (primitives[type] ?? type) : type,
    'x-java-const': one ? schema.enum[0] : undefined,
    'x-java-nullable': nullable && !one,
    'x-java-missing': !required && nullable,
    'x-java-required': required && !nullable && !one,
    'x-java-optional': !required && !nullable,
    'x-java-secret': isSecret(name),
    'x-java-element': /^List<([\w]+)>$/.exec(type)?.[1],
    'x-java-list': type.startsWith('List<'),
    'x-java-map': type.startsWith('Map<'),
  };
};

// The only property that a caller must give makes a short form `of(…)`.
const model = (name, schema) => {
  const required = new Set(schema.required ?? []);
  schema.properties = Object.fromEntries(
    Object.entries(schema.properties).map(([key, value]) => [key, property(name, key, value, required.has(key))]),
  );
  const needed = Object.values(schema.properties).filter((one) => one['x-java-required']);
  if (needed.length === 1) needed[0]['x-java-of'] = true;
  delete schema.additionalProperties;
  delete schema.required;
};

// What every variant of a union must have, and in the same type, can be asked of the union.
const common = ([first, ...others], discriminator) => {
  const scalars = { string: 'String', 'date-time': 'Instant', int64: 'Long' };
  const typeOf = (schema, name) => {
    const property = resolve(schema.properties?.[name]);
    if (!schema.required?.includes(name) || property?.enum || name === discriminator) return undefined;
    const key = property?.format === 'int64' || property?.format === 'date-time' ? property.format : property?.type;
    return Object.hasOwn(scalars, String(key)) ? scalars[key] : undefined;
  };
  return Object.keys(first.properties ?? {})
    .map((name) => ({ name, type: typeOf(first, name) }))
    .filter(({ name, type }) => type && others.every((other) => typeOf(other, name) === type))
    .map(({ name, type }) => ({
      json: name,
      method: field(name),
      box: type,
      type: primitives[type] ?? type,
      doc: doc(first.properties[name].description ?? named(name)),
    }));
};

const union = (name, schema) => {
  const { propertyName, mapping } = schema.discriminator;
  const variants = Object.entries(mapping).map(([value, ref]) => ({ value, type: nameOf(ref) }));
  for (const { type } of variants) (schemas[type]['x-java-unions'] ??= []).push(name);
  schemas[name] = {
    type: 'object',
    description: schema.description,
    properties: { [propertyName]: { type: 'string' } },
    'x-java-union': true,
    'x-java-discriminator': propertyName,
    'x-java-variants': variants,
    'x-java-common': common(variants.map(({ type }) => schemas[type]), propertyName),
    'x-java-permits': [...variants.map((variant) => variant.type), `${name}.Unknown`].join(', '),
  };
};

const enumeration = (schema) => {
  const names = new Set();
  schema['x-java-values'] = schema.enum.map((value) => {
    const name = value.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase();
    if (names.has(name) || name === 'UNRECOGNIZED') fail(`Enum value ${value} has no name of its own.`);
    names.add(name);
    return { value, name };
  });
};

const form = 'multipart/form-data';

const words = (text) => text.split(/(?=[A-Z])/);
const singular = (text) => text.replace(/ies$/, 'y').replace(/s$/, '');

// listContacts of Contacts -> list, sendMessageBatch of Messages -> sendBatch
const methodOf = (operation, tag) => {
  if (operation['x-sdk-method']) return operation['x-sdk-method'];
  const noun = words(tag).map(singular).join('');
  const plural = new RegExp(`(${tag}|${noun})(?![a-z])`);
  return operation.operationId.replace(plural, '');
};

const answerOf = (operation) => {
  const [, response] = Object.entries(operation.responses).find(([status]) => status.startsWith('2'));
  const schema = Object.values(resolve(response).content ?? {})[0]?.schema;
  if (!schema) return { returns: 'void', box: 'NoContent' };
  const type = nameOf(schema.$ref);
  const item = type.endsWith('Page') && resolve(schema).properties.data['x-java-element'];
  return item
    ? { returns: `Page<${item}>`, box: `Page<${item}>`, item }
    : { returns: type, box: type, type };
};

const operation = (path, method, shared, it) => {
  const [tag] = it.tags;
  const name = methodOf(it, tag);
  const all = [...(shared ?? []), ...(it.parameters ?? [])].map(resolve);
  const inPath = all.filter((parameter) => parameter.in === 'path');
  const inQuery = all.filter((parameter) => parameter.in === 'query');
  const content = Object.entries(resolve(it.requestBody)?.content ?? {});
  const params = inQuery.length > 0 ? `${pascal(name)}Params` : undefined;
  const args = inPath.map((p) => `${javaType(p.schema) === 'Integer' ? 'int' : 'String'} ${camel(p.name)}`);
  const names = inPath.map((parameter) => camel(parameter.name));
  const [mediaType, media] = content[0] ?? [];
  // a form with a file is written by hand
  const more = params ?? (mediaType === form ? 'Upload' : media && nameOf(media.schema.$ref));
  if (more) args.push(`${more} ${params ? 'params' : 'body'}`);
  if (more) names.push(params ? 'params' : 'body');
  const { returns, box, item, type } = answerOf(it);
  const comma = (list) => list.map((text) => `${text}, `).join('');
  return {
    ...it,
    parameters: [],
    requestBody: undefined,
    responses: { 204: { description: 'Described by the extensions.' } },
    'x-java-name': name,
    'x-java-doc': doc([it.summary, it.description].map((text) => text?.replace(/\.?$/, '.')).join(' ')),
    'x-java-method': method.toUpperCase(),
    'x-java-path': path,
    'x-java-path-values': inPath.map((parameter) => `, ${camel(parameter.name)}`).join(''),
    'x-java-args': args.join(', '),
    'x-java-args-comma': comma(args),
    'x-java-names-comma': comma(names),
    'x-java-returns': returns,
    'x-java-box': box,
    'x-java-async': box.replace('Page<', 'AsyncPage<'),
    'x-java-void': returns === 'void',
    'x-java-item': item,
    'x-java-type': type,
    'x-java-media-type': mediaType,
    'x-java-params-type': params,
    // the stream of the same events is written by hand
    'x-java-streamed': it.operationId === 'listEvents',
    // and so is the wait for the end of an operation
    'x-java-awaited': it.operationId === 'getOperation',
    'x-java-path-args': args.slice(0, inPath.length).join(', '),
    'x-java-path-args-comma': comma(args.slice(0, inPath.length)),
    'x-java-path-names-comma': comma(names.slice(0, inPath.length)),
    'x-java-params': params && {
      type: params,
      fields: inQuery.map((parameter) => ({
        json: parameter.name,
        name: camel(parameter.name),
        type: javaType(parameter.schema),
        doc: doc(parameter.description ?? named(parameter.name)),
      })),
    },
  };
};

for (const { requestBody } of Object.values(spec.paths).flatMap((item) => Object.values(item))) {
  const file = resolve(requestBody)?.content?.[form];
  if (file) delete schemas[nameOf(file.schema.$ref)];
}
for (const [name, schema] of Object.entries(schemas)) if (schema.oneOf) union(name, schema);
for (const [name, schema] of Object.entries({ ...schemas })) {
  if (schema['x-java-union'] || !schema.properties) continue;
  model(name, schema);
}
for (const [name, schema] of Object.entries(schemas)) {
  schema['x-java-doc'] = doc(schema.description ?? `${name}.`);
  if (schema.enum) enumeration(schema);
  if (schema['x-java-unions']) schema['x-java-implements'] = schema['x-java-unions'].join(', ');
}
for (const [path, { parameters, ...methods }] of Object.entries(spec.paths)) {
  spec.paths[path] = Object.fromEntries(
    Object.entries(methods)
      .filter(([, it]) => !it['x-sdk-skip']) // written by hand, or not for this SDK
      .map(([method, it]) => [method, operation(path, method, parameters, it)]),
  );
}
delete spec.components.responses;
delete spec.components.headers;
delete spec.components.parameters;
spec.openapi = '3.0.3';
mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, JSON.stringify(spec, null, 1));

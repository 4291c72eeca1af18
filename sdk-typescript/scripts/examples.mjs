// TypeScript files that only have to compile: every example of the contract, every sample of an
// event, every snippet of the guide.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { operationsOf, resolve } from './contract.mjs';
import { at, home } from './files.mjs';

export const guides = at('README.md', '../docs/sdk-typescript.md', '../docs/webhooks.md');

const samples = join(home, '..', 'webhooks-spec', 'spec', 'samples');

const nameOf = (schema) => schema.$ref.split('/').at(-1);

const mediaOf = (contract, { operation, request, contentType }) => [
  // JSON has no file
  ...(request && contentType !== 'multipart/form-data' ? [['request', request]] : []),
  ...Object.entries(operation.responses).flatMap(([status, response]) =>
    Object.values(resolve(contract, response).content ?? {}).map((media) => [status, media]),
  ),
];

// `satisfies` refuses what the type lacks as well as what it does not know.
const checked = (title, value, type) =>
  `// ${title}\nout(${JSON.stringify(value)} satisfies models.${type});`;

const operationExamples = (contract) =>
  operationsOf(contract).flatMap((operation) =>
    mediaOf(contract, operation).flatMap(([part, media]) =>
      Object.entries(media.examples ?? {}).map(([name, { value }]) =>
        checked(`${operation.id} ${part} ${name}`, value, nameOf(media.schema)),
      ),
    ),
  );

const eventSamples = (contract) =>
  Object.entries(contract.components.schemas.Event.discriminator.mapping).map(([type, $ref]) =>
    checked(type, JSON.parse(readFileSync(join(samples, `${type}.json`), 'utf8')), nameOf({ $ref })),
  );

export const examplesOf = (contract) =>
  [
    "import type * as models from '../../dist/esm/index.js';",
    'declare const out: (example: unknown) => void;',
    ...operationExamples(contract),
    ...eventSamples(contract),
    '',
  ].join('\n');

const slug = (title) => title.toLowerCase().replace(/[^a-z0-9]+/g, '-');

// Each ```ts block of a guide is a module of its own, named by the heading above it, that runs as
// `snippet(client)`. What it exports and imports stands as in the guide: the package finds itself by
// its name.
export const snippetsOf = (...guides) =>
  guides.flatMap((guide) => {
    const counts = new Map();
    return [...readFileSync(guide, 'utf8').matchAll(/^#+ (.*)$|^```ts\n([\s\S]*?)^```$/gm)].reduce(
      ({ found, heading }, [, title, code]) => {
        if (title) return { found, heading: title };
        counts.set(heading, (counts.get(heading) ?? 0) + 1);
        const numbered = `${heading} ${counts.get(heading)}`;
        const snippet = { title: numbered, name: slug(numbered), code: moduleOf(code) };
        return { found: [...found, snippet], heading };
      },
      { found: [], heading: basename(guide, '.md') },
    ).found;
  });

const moduleOf = (code) => {
  const imports = code.match(/^import .*;$/gm) ?? [];
  const body = code.replace(/^import .*;\n/gm, '').replace(/^export (async function (\w+))/m, '$1');
  const [, exported] = /^export async function (\w+)/m.exec(code) ?? [];
  // in the guide, a client that an earlier block made is `client`
  const parameter = body.includes('const client =') ? '' : 'client: import("@chatflow/sdk").ChatFlow';
  const end = exported ? `return ${exported};\n` : '';
  return `${imports.join('\n')}\nexport async function snippet(${parameter}) {\n${body}${end}}\n`;
};

// TypeScript files that only have to compile: every example of the contract, every sample of an
// event, every snippet of the guide.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { operationsOf, resolve } from './contract.mjs';
import { home } from './files.mjs';

const samples = join(home, '..', 'webhooks-spec', 'spec', 'samples');

const nameOf = (schema) => schema.$ref.split('/').at(-1);

const mediaOf = (contract, { operation, request }) => [
  ...(request ? [['request', request]] : []),
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

// Each ```ts block becomes a function of its own; what the blocks import stands above, once.
export const snippetsOf = (...guides) => {
  const names = new Set(['ChatFlow']);
  const blocks = guides.flatMap((guide) => [
    ...readFileSync(guide, 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm),
  ]);
  const functions = blocks.map(([, code], index) => {
    const body = code.replace(/^import (?:type )?\{(.*)\} from '@chatflow\/sdk';\n/gm, (_, imported) => {
      for (const name of imported.split(',')) names.add(name.trim());
      return '';
    });
    // in the guide, a client that an earlier block made is `client`
    const parameter = body.includes('const client =') ? '' : 'client: ChatFlow';
    return `export async function snippet${index}(${parameter}) {\n${body}}\n`;
  });
  return `import { ${[...names].join(', ')} } from '../../dist/esm/index.js';\n${functions.join('')}`;
};

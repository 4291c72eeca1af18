// TypeScript files that only have to compile: every example of the contract, every snippet of the
// guide.
import { readFileSync } from 'node:fs';
import { operationsOf, resolve } from './contract.mjs';

const nameOf = (schema) => schema.$ref.split('/').at(-1);

const mediaOf = (contract, { operation, request }) => [
  ...(request ? [['request', request]] : []),
  ...Object.entries(operation.responses).flatMap(([status, response]) =>
    Object.values(resolve(contract, response).content ?? {}).map((media) => [status, media]),
  ),
];

// `satisfies` refuses what the type lacks as well as what it does not know.
export const examplesOf = (contract) => {
  const lines = operationsOf(contract).flatMap((operation) =>
    mediaOf(contract, operation).flatMap(([part, media]) =>
      Object.entries(media.examples ?? {}).map(
        ([name, { value }]) =>
          `// ${operation.id} ${part} ${name}\nout(${JSON.stringify(value)} satisfies models.${nameOf(media.schema)});`,
      ),
    ),
  );
  if (lines.length === 0) throw new Error('The contract has no examples.');
  return [
    "import type * as models from '../../dist/esm/index.js';",
    'declare const out: (example: unknown) => void;',
    ...lines,
    '',
  ].join('\n');
};

// Each ```ts block is a scope of its own; its imports stand before all scopes, once.
export const snippetsOf = (guide) => {
  const blocks = [...readFileSync(guide, 'utf8').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code);
  if (blocks.length === 0) throw new Error(`${guide} has no snippets.`);
  const imports = new Set();
  const scopes = blocks.map((block) => {
    const code = block.replace(/^import .*;\n/gm, (line) => {
      imports.add(line.replace("'@chatflow/sdk'", "'../../dist/esm/index.js'"));
      return '';
    });
    return `export async function snippet${blocks.indexOf(block)}(client: ChatFlow) {\n${code}}\n`;
  });
  const merged = new Set([...imports].flatMap((line) => /\{(.*)\}/.exec(line)[1].split(',').map((each) => each.trim())));
  merged.add('ChatFlow');
  return `import { ${[...merged].join(', ')} } from '../../dist/esm/index.js';\n${scopes.join('')}`;
};

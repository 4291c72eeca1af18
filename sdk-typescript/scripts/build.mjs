// node scripts/build.mjs contract|compile|test|api
//
// contract: the bundled contract, annotated for the templates -> target/contract.json
// compile:  src -> dist/esm and dist/cjs, each with its types
// test:     types, examples of the contract, snippets of the guide, behaviour, the packed package
// api:      records the public surface in api.txt
import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { annotate, readContract } from './contract.mjs';
import { examplesOf, guides, snippetsOf } from './examples.mjs';
import { at, filesUnder, home, run, target, unlessDone, write } from './files.mjs';
import { surface } from './surface.mjs';

const own = at('package-lock.json', 'package.json', '.npmrc');
const tsc = (...args) => run(process.execPath, [join(home, 'node_modules/typescript/bin/tsc'), ...args]);
const sources = () => [...own, ...at('tsconfig.json'), ...filesUnder(join(home, 'src'))];

const install = () =>
  unlessDone(join(home, 'node_modules', '.chatflow-installed'), own, () =>
    run('npm', ['ci', '--no-audit', '--no-fund']),
  );

// The generator skips an unchanged contract; a changed template must not be skipped with it.
const contract = () => {
  const text = JSON.stringify(annotate(readContract()), null, 1);
  const file = join(target, 'contract.json');
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) write(file, text);
  const inputs = [join(home, 'pom.xml'), ...filesUnder(join(home, 'templates'))];
  unlessDone(join(target, 'templates'), inputs, () =>
    rmSync(join(home, 'src', 'generated'), { recursive: true, force: true }),
  );
};

const formats = { esm: 'es2022', cjs: 'commonjs' };

const compile = () => {
  if (!existsSync(join(home, 'dist', 'cjs', 'index.js'))) rmSync(join(target, 'compiled'), { force: true });
  unlessDone(join(target, 'compiled'), sources(), () => {
    rmSync(join(home, 'dist'), { recursive: true, force: true });
    for (const [format, module] of Object.entries(formats)) {
      tsc('-p', 'tsconfig.json', '--module', module, '--outDir', `dist/${format}`);
      const type = format === 'esm' ? 'module' : 'commonjs';
      write(join(home, 'dist', format, 'package.json'), `${JSON.stringify({ type, sideEffects: false })}\n`);
    }
    // the package carries its licence
    copyFileSync(join(home, '..', 'LICENSE'), join(home, 'LICENSE'));
  });
};

const test = () => {
  const checked = join(target, 'checked');
  rmSync(checked, { recursive: true, force: true });
  write(join(checked, 'examples.ts'), examplesOf(readContract()));
  for (const { name, code } of snippetsOf(...guides)) {
    write(join(checked, 'snippets', `${name}.ts`), code);
  }
  tsc('-p', 'test/tsconfig.json');
  const files = filesUnder(join(home, 'test')).filter((file) => file.endsWith('.test.mjs'));
  const report = run(process.execPath, ['--test', '--test-reporter=spec', ...files]);
  console.log(`TypeScript SDK: ${/tests (\d+)/.exec(report)[1]} tests passed, types and examples checked`);
};

const api = () => {
  compile();
  write(join(home, 'api.txt'), surface());
};

const commands = { contract, compile, test, api };
const command = commands[process.argv[2]];
if (!command) throw new Error(`Say one of: ${Object.keys(commands).join(', ')}`);
if (command !== contract) install();
command();

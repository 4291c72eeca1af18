// node scripts/contract.mjs bundle|lint
//
// bundle: openapi/openapi.yaml and all that it refers to -> target/classes/openapi.{json,yaml}
// lint:   Redocly and Spectral over sources and bundle; a warning is a failure
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = join(dirname(fileURLToPath(import.meta.url)), '..');
const target = join(home, 'target');
const bundles = ['json', 'yaml'].map((ext) => join(target, 'classes', `openapi.${ext}`));

const run = (command, args) => {
  try {
    execFileSync(command, args, {
      cwd: home,
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
      env: { ...process.env, NODE_NO_WARNINGS: '1', REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    });
  } catch (failure) {
    process.stderr.write(`${failure.stdout ?? ''}${failure.stderr ?? ''}\n`);
    throw new Error(`${command} ${args.join(' ')} failed; its output stands above.`);
  }
};
const tool = (name, ...args) => run(join(home, 'node_modules', '.bin', name), args);

const filesUnder = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

const fingerprint = (files) =>
  files.reduce((hash, file) => hash.update(file).update(readFileSync(file)), createHash('sha256')).digest('hex');

// Runs `work` unless it ended well for these very files before.
const unlessDone = (marker, files, work) => {
  const now = fingerprint(files);
  if (existsSync(marker) && readFileSync(marker, 'utf8') === now) return;
  work();
  mkdirSync(dirname(marker), { recursive: true });
  writeFileSync(marker, now);
};

const at = (...names) => names.map((name) => join(home, name));
const own = at('package-lock.json', 'package.json', '.npmrc');
const sources = () => [...own, ...at('redocly.yaml', 'scripts/contract.mjs'), ...filesUnder(join(home, 'openapi'))];

const install = () =>
  unlessDone(join(home, 'node_modules', '.chatflow-installed'), own, () => run('npm', ['ci', '--no-audit', '--no-fund']));

const bundle = () => {
  const marker = join(target, 'bundled');
  if (!bundles.every((file) => existsSync(file))) rmSync(marker, { force: true });
  unlessDone(marker, sources(), () => {
    for (const file of bundles) tool('redocly', 'bundle', 'chatflow', '--output', file);
  });
};

const lint = () => {
  bundle();
  const rules = [...at('spectral.yaml'), ...filesUnder(join(home, 'spectral'))];
  unlessDone(join(target, 'linted'), [...sources(), ...rules], () => {
    tool('redocly', 'lint', 'chatflow');
    tool('spectral', 'lint', '--ruleset', 'spectral.yaml', '--fail-severity', 'hint', bundles[0]);
  });
};

const commands = { bundle, lint };
const command = commands[process.argv[2]];
if (!command) throw new Error(`Say one of: ${Object.keys(commands).join(', ')}`);
install();
command();

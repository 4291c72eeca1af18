// Where things are, and how not to do the same work twice.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const home = join(dirname(fileURLToPath(import.meta.url)), '..');
export const target = join(home, 'target');
export const at = (...names) => names.map((name) => join(home, name));

// Runs a program and shows its output only when it fails.
export const run = (command, args, options = {}) => {
  try {
    return execFileSync(command, args, {
      cwd: home,
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
      ...options,
    });
  } catch (failure) {
    process.stderr.write(`${failure.stdout ?? ''}${failure.stderr ?? ''}\n`);
    throw new Error(`${command} ${args.join(' ')} failed; its output stands above.`);
  }
};

export const filesUnder = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();

const fingerprint = (files) =>
  files
    .reduce((hash, file) => hash.update(file).update(readFileSync(file)), createHash('sha256'))
    .digest('hex');

// Runs `work` unless it ended well for these very files before.
export const unlessDone = (marker, files, work) => {
  if (existsSync(marker) && readFileSync(marker, 'utf8') === fingerprint(files)) return;
  work();
  write(marker, fingerprint(files));
};

export const write = (file, text) => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};

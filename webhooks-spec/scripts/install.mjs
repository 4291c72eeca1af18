// Runs `npm ci` when what it depends on has changed since it last ended well.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = fileURLToPath(new URL('..', import.meta.url));
const marker = join(home, 'node_modules', '.chatflow-installed');
const now = ['package-lock.json', 'package.json', '.npmrc']
  .reduce((hash, name) => hash.update(readFileSync(join(home, name))), createHash('sha256'))
  .digest('hex');

if (!existsSync(marker) || readFileSync(marker, 'utf8') !== now) {
  execFileSync('npm', ['ci', '--silent'], { cwd: home, stdio: ['ignore', 'ignore', 'inherit'] });
  writeFileSync(marker, now);
}

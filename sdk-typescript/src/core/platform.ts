// What differs between Node, Deno, Bun, edge runtimes and browsers.
import { VERSION } from './version.js';

interface Globals {
  process?: { env?: Record<string, string | undefined>; versions?: Record<string, string> };
  Deno?: { env?: { get(name: string): string | undefined }; version?: { deno?: string } };
  Bun?: { version?: string };
  navigator?: { userAgent?: string };
  window?: { document?: unknown };
  importScripts?: unknown;
  crypto?: Partial<Pick<Crypto, 'randomUUID' | 'getRandomValues'>>;
}

const globals = (): Globals => globalThis as unknown as Globals;

/** A page, or a worker of one. */
export function isBrowser(): boolean {
  const { window, importScripts, Deno } = globals();
  return (window?.document !== undefined || importScripts !== undefined) && Deno === undefined;
}

export function environment(name: string): string | undefined {
  const { process, Deno } = globals();
  const value = process?.env ? process.env[name] : Deno?.env?.get(name);
  return value?.trim() || undefined;
}

export function keysOfEnvironment(): readonly string[] | undefined {
  return environment('CHATFLOW_WEBHOOK_SECRET')?.split(/\s+/);
}

/** Undefined in browsers: they send their own. */
export function userAgent(): string | undefined {
  if (isBrowser()) return undefined;
  const { process, Deno, Bun, navigator } = globals();
  const runtime = Bun?.version
    ? `bun ${Bun.version}`
    : Deno?.version?.deno
      ? `deno ${Deno.version.deno}`
      : process?.versions?.['node']
        ? `node ${process.versions['node']}`
        : (navigator?.userAgent ?? 'unknown');
  return `chatflow-typescript/${VERSION} (${runtime})`;
}

/** A version 4 UUID. Node 18 has no global WebCrypto, insecure pages have no `randomUUID`. */
export function randomUuid(): string {
  const { crypto } = globals();
  if (crypto?.randomUUID) return crypto.randomUUID();
  const bytes = Uint8Array.from({ length: 36 }, () => Math.random() * 256);
  crypto?.getRandomValues?.(bytes);
  return 'xxxxxxxx-xxxx-4xxx-vxxx-xxxxxxxxxxxx'.replace(/[xv]/g, (kind, at: number) =>
    (kind === 'v' ? 8 + ((bytes[at] ?? 0) & 3) : (bytes[at] ?? 0) & 15).toString(16),
  );
}

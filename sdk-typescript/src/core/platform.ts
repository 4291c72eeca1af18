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
  const bytes = new Uint8Array(16);
  if (crypto?.getRandomValues) crypto.getRandomValues(bytes);
  else for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(Math.random() * 256);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

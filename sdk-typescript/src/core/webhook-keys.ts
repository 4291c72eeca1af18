import { ChatFlowError } from './errors.js';

const SHORTEST_SECRET = 24;
const LONGEST_SECRET = 64;
const PUBLIC_KEY = 32;
const HMAC = { name: 'HMAC', hash: 'SHA-256' };
const ED25519 = { name: 'Ed25519' };

export type Version = 'v1' | 'v1a';

/** This platform's WebCrypto cannot check Ed25519. */
export class UnsupportedError extends ChatFlowError {}

/** One key of an endpoint: `whsec_…` checks `v1`, `whpk_…` checks `v1a`. */
export class WebhookKey {
  readonly version: Version;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #subtle: SubtleCrypto;
  #imported: Promise<CryptoKey> | undefined;

  constructor(text: string, subtle: SubtleCrypto) {
    const secret = after('whsec_', text);
    const open = after('whpk_', text);
    if (secret && (secret.length < SHORTEST_SECRET || secret.length > LONGEST_SECRET)) {
      throw new ChatFlowError('A webhook secret is "whsec_" and Base64 of 24 to 64 bytes.');
    }
    if (open && open.length !== PUBLIC_KEY) {
      throw new ChatFlowError('A public webhook key is "whpk_" and Base64 of 32 bytes.');
    }
    const bytes = secret ?? open;
    if (!bytes) throw new ChatFlowError('A webhook key is "whsec_" or "whpk_" and Base64.');
    this.version = secret ? 'v1' : 'v1a';
    this.#bytes = bytes;
    this.#subtle = subtle;
  }

  /** Whether this key made the signature; WebCrypto compares in constant time. */
  async verifies(signed: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>): Promise<boolean> {
    const algorithm = this.version === 'v1' ? HMAC : ED25519;
    this.#imported ??= this.#subtle.importKey('raw', this.#bytes, algorithm, false, ['verify']);
    try {
      return await this.#subtle.verify(algorithm.name, await this.#imported, signature, signed);
    } catch (cause) {
      if ((cause as Error | undefined)?.name !== 'NotSupportedError') throw cause;
      const advice = 'It takes Node 18.4 or Chromium 137; a "whsec_…" secret works everywhere.';
      throw new UnsupportedError(`WebCrypto has no ${algorithm.name} here. ${advice}`, { cause });
    }
  }
}

export function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function after(prefix: string, text: string): Uint8Array<ArrayBuffer> | undefined {
  return text.startsWith(prefix) ? bytesOf(text.slice(prefix.length)) : undefined;
}

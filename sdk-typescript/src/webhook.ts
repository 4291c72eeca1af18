import { ChatFlowError, WebhookVerificationError } from './core/errors.js';
import type { Event } from './generated/models/index.js';

const TOLERANCE_SECONDS = 300;
const SHORTEST_SECRET = 24;
const LONGEST_SECRET = 64;

type HeadersLike = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface WebhookOptions {
  /** How old, or how far ahead, `webhook-timestamp` may be. Default: 300. */
  toleranceSeconds?: number | undefined;
  /** WebCrypto, where it is not global (Node 18). */
  crypto?: { readonly subtle: SubtleCrypto } | undefined;
}

/** Checks what ChatFlow posts to you (Standard Webhooks 1.0). */
export class Webhook {
  readonly #secrets: readonly Uint8Array<ArrayBuffer>[];
  readonly #tolerance: number;
  readonly #subtle: SubtleCrypto;

  /** `secrets`: `whsec_…`; during a rotation the old and the new one. */
  constructor(secrets: string | readonly string[], options: WebhookOptions = {}) {
    this.#secrets = (typeof secrets === 'string' ? [secrets] : secrets).map(secretOf);
    this.#tolerance = options.toleranceSeconds ?? TOLERANCE_SECONDS;
    const crypto = options.crypto ?? (globalThis as { crypto?: Crypto }).crypto;
    if (!crypto?.subtle) throw new ChatFlowError('There is no WebCrypto here: pass it as `crypto`.');
    this.#subtle = crypto.subtle;
  }

  /**
   * The event of a webhook, its types known or not.
   *
   * @param body as it arrived, before any JSON parser
   * @throws WebhookVerificationError when ChatFlow did not sign it, or not lately
   */
  async unwrap(body: string | Uint8Array, headers: HeadersLike): Promise<Event> {
    const id = headerOf(headers, 'webhook-id');
    const timestamp = headerOf(headers, 'webhook-timestamp');
    const signatures = headerOf(headers, 'webhook-signature');
    const age = Date.now() / 1000 - (/^\d+$/.test(timestamp) ? Number(timestamp) : Number.NaN);
    if (!(Math.abs(age) <= this.#tolerance)) {
      throw new WebhookVerificationError('webhook-timestamp is too far from now.');
    }
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
    const head = new TextEncoder().encode(`${id}.${timestamp}.`);
    const signed = new Uint8Array(head.length + bytes.length);
    signed.set(head);
    signed.set(bytes, head.length);
    if (!(await this.#isSigned(signed, signatures))) {
      throw new WebhookVerificationError('No signature fits the body.');
    }
    return JSON.parse(new TextDecoder().decode(bytes)) as Event;
  }

  async #isSigned(signed: Uint8Array<ArrayBuffer>, signatures: string): Promise<boolean> {
    const given = signatures
      .split(' ')
      .filter((each) => each.startsWith('v1,'))
      .flatMap((each) => bytesOf(each.slice('v1,'.length)) ?? []);
    for (const secret of this.#secrets) {
      const hmac = { name: 'HMAC', hash: 'SHA-256' };
      const key = await this.#subtle.importKey('raw', secret, hmac, false, ['verify']);
      // verify compares in constant time
      for (const each of given) if (await this.#subtle.verify('HMAC', key, each, signed)) return true;
    }
    return false;
  }
}

function secretOf(secret: string): Uint8Array<ArrayBuffer> {
  const bytes = secret.startsWith('whsec_') ? bytesOf(secret.slice('whsec_'.length)) : undefined;
  if (!bytes || bytes.length < SHORTEST_SECRET || bytes.length > LONGEST_SECRET) {
    throw new ChatFlowError('A webhook secret is "whsec_" and Base64 of 24 to 64 bytes.');
  }
  return bytes;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function headerOf(headers: HeadersLike, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : valueOf(headers, name);
  if (!value) throw new WebhookVerificationError(`The header ${name} is missing.`);
  return value;
}

function valueOf(headers: Exclude<HeadersLike, Headers>, name: string): string | undefined {
  const key = Object.keys(headers).find((each) => each.toLowerCase() === name);
  const value = key === undefined ? undefined : headers[key];
  return typeof value === 'string' ? value : value?.[0];
}

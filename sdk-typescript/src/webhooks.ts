import { ChatFlowError, WebhookVerificationError } from './core/errors.js';
import { keysOfEnvironment } from './core/platform.js';
import { UnsupportedError, WebhookKey, bytesOf } from './core/webhook-keys.js';
import type { Event } from './generated/models/index.js';

export { ChatFlowError, WebhookVerificationError } from './core/errors.js';
export type { WebhookVerificationReason } from './core/errors.js';
export type { Event } from './generated/models/index.js';

const TOLERANCE_SECONDS = 300;

/** The body as it arrived, before any JSON parser. */
export type RawBody = string | ArrayBuffer | ArrayBufferView;

/** `Headers`, or a plain object as Node and frameworks have it; the case of names is no matter. */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** `whsec_…` (secret, `v1`) or `whpk_…` (public key, `v1a`); several during a rotation. */
export type WebhookKeys = string | readonly string[];

export interface WebhookOptions {
  /** How old, or how far ahead, `webhook-timestamp` may be. Default: 300. */
  toleranceSeconds?: number | undefined;
  /** Milliseconds since 1970; for tests. Default: `Date.now`. */
  now?: (() => number) | undefined;
  /** WebCrypto, where it is not global (Node 18). */
  crypto?: { readonly subtle: object } | undefined;
}

interface Signature {
  readonly version: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Checks what ChatFlow posts to you (Standard Webhooks 1.0). Needs no client.
 *
 * ```ts
 * const webhooks = new Webhooks('whsec_…');
 * const event = await webhooks.unwrap(await request.text(), request.headers);
 * ```
 */
export class Webhooks {
  readonly #keys: readonly WebhookKey[];
  readonly #tolerance: number;
  readonly #now: () => number;

  constructor(keys: WebhookKeys, options: WebhookOptions = {}) {
    const crypto = options.crypto ?? (globalThis as { crypto?: Crypto }).crypto;
    if (!crypto?.subtle) {
      const node18 = 'on Node 18 it is `webcrypto` of node:crypto';
      throw new ChatFlowError(`There is no WebCrypto here: pass it as \`crypto\`; ${node18}.`);
    }
    const subtle = crypto.subtle as SubtleCrypto;
    this.#keys = (typeof keys === 'string' ? [keys] : keys).map((key) => new WebhookKey(key, subtle));
    if (this.#keys.length === 0) throw new ChatFlowError('There is no webhook key.');
    this.#tolerance = options.toleranceSeconds ?? TOLERANCE_SECONDS;
    this.#now = options.now ?? Date.now;
  }

  /** With `CHATFLOW_WEBHOOK_SECRET`: one key, or several with spaces between. */
  static fromEnv(options?: WebhookOptions): Webhooks {
    const keys = keysOfEnvironment();
    if (!keys) throw new ChatFlowError('The environment has no CHATFLOW_WEBHOOK_SECRET.');
    return new Webhooks(keys, options);
  }

  /**
   * The event of a webhook, its type known or not.
   *
   * @throws WebhookVerificationError when ChatFlow did not sign it, or not lately
   */
  async unwrap(rawBody: RawBody, headers: WebhookHeaders): Promise<Event> {
    const body = bytesOfBody(rawBody);
    const id = headerOf(headers, 'webhook-id');
    const timestamp = headerOf(headers, 'webhook-timestamp');
    const signatures = signaturesOf(headerOf(headers, 'webhook-signature'));
    // a full stop in the id would leave open where the signed body begins
    if (!/^[!-~]+$/.test(id) || id.includes('.')) throw malformed('webhook-id is no id.');
    this.#checkClock(timestamp);
    await this.#checkSignature(signedOf(`${id}.${timestamp}.`, body), signatures);
    return eventOf(body);
  }

  #checkClock(timestamp: string): void {
    if (!/^\d{1,12}$/.test(timestamp)) throw malformed('webhook-timestamp is no Unix time in seconds.');
    const age = this.#now() / 1000 - Number(timestamp);
    if (Math.abs(age) <= this.#tolerance) return;
    const [reason, side] =
      age > 0 ? (['timestamp_too_old', 'behind'] as const) : (['timestamp_too_new', 'ahead of'] as const);
    const seconds = Math.round(Math.abs(age));
    throw new WebhookVerificationError(
      reason,
      `webhook-timestamp is ${seconds} s ${side} this clock, ${this.#tolerance} s are allowed.`,
    );
  }

  async #checkSignature(signed: Uint8Array<ArrayBuffer>, signatures: readonly Signature[]): Promise<void> {
    let checked = false;
    let unsupported: unknown;
    for (const key of this.#keys) {
      for (const { version, bytes } of signatures) {
        if (version !== key.version) continue;
        try {
          if (await key.verifies(signed, bytes)) return;
          checked = true;
        } catch (error) {
          if (!(error instanceof UnsupportedError)) throw error;
          unsupported = error;
        }
      }
    }
    if (unsupported) throw unsupported;
    if (checked) {
      throw new WebhookVerificationError(
        'signature_mismatch',
        "No signature matches: the key is another endpoint's, or the body is not the bytes that came.",
      );
    }
    const [theirs, ours] = [signatures, this.#keys].map((each) => [
      ...new Set(each.map(({ version }) => version)),
    ]);
    throw new WebhookVerificationError(
      'unsupported_version',
      `The webhook is signed with ${theirs}, the keys check ${ours}.`,
    );
  }
}

/** `new Webhooks(keys, options).unwrap(…)`, for one webhook. */
export async function unwrap(
  rawBody: RawBody,
  headers: WebhookHeaders,
  keys: WebhookKeys,
  options?: WebhookOptions,
): Promise<Event> {
  return new Webhooks(keys, options).unwrap(rawBody, headers);
}

function malformed(what: string): WebhookVerificationError {
  return new WebhookVerificationError('malformed_header', `The header ${what}`);
}

function bytesOfBody(body: RawBody): Uint8Array {
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  // not instanceof: an ArrayBuffer of another realm is one too
  if (Object.prototype.toString.call(body) === '[object ArrayBuffer]') return new Uint8Array(body);
  throw new ChatFlowError('unwrap takes the raw body, text or bytes; what came is already parsed.');
}

function headerOf(headers: WebhookHeaders, name: string): string {
  const value = typeof headers.get === 'function' ? headers.get(name) : valueOf(headers, name);
  if (!value) throw new WebhookVerificationError('missing_header', `The header ${name} is missing.`);
  return value;
}

function valueOf(headers: WebhookHeaders, name: string): string | undefined {
  const found = Object.entries(headers).filter(([key]) => key.toLowerCase() === name);
  const values = found.flatMap(([, value]) => value ?? []) as string[];
  if (values.length > 1) throw malformed(`${name} came more than once.`);
  return values[0];
}

function signaturesOf(header: string): Signature[] {
  const all = header.split(/\s+/).flatMap((each) => {
    const [, version, base64] = /^([^,]+),(.+)$/.exec(each) ?? [];
    const bytes = base64 === undefined ? undefined : bytesOf(base64);
    return version && bytes ? [{ version, bytes }] : [];
  });
  if (all.length === 0) throw malformed('webhook-signature holds no "version,base64".');
  return all;
}

function signedOf(head: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const prefix = new TextEncoder().encode(head);
  const signed = new Uint8Array(prefix.length + body.length);
  signed.set(prefix);
  signed.set(body, prefix.length);
  return signed;
}

function eventOf(body: Uint8Array): Event {
  let event: unknown;
  try {
    event = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new WebhookVerificationError('not_an_event', 'The body is not JSON.', { cause });
  }
  const { type } = (event ?? {}) as { type?: unknown };
  if (typeof type === 'string') return event as Event;
  throw new WebhookVerificationError('not_an_event', 'The body has no `type`.');
}

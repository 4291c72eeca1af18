import type { Event } from '../generated/models/index.js';
import type {
  RawBody,
  WebhookHeaders,
  WebhookKeys,
  WebhookOptions,
  Webhooks,
} from '../webhooks.js';
import { ChatFlowError } from './errors.js';

/** `client.webhooks`: checks webhooks with the keys of the client, or with others. */
export class ClientWebhooks {
  readonly #keys: WebhookKeys | undefined;
  #own: Webhooks | undefined;

  constructor(keys: WebhookKeys | undefined) {
    this.#keys = keys;
  }

  /**
   * The event of a webhook, its type known or not.
   *
   * @param keys instead of `webhookKeys` of the client
   * @throws WebhookVerificationError when ChatFlow did not sign it, or not lately
   */
  async unwrap(
    rawBody: RawBody,
    headers: WebhookHeaders,
    keys?: WebhookKeys,
    options?: WebhookOptions,
  ): Promise<Event> {
    const used = keys ?? this.#keys;
    if (!used) throw new ChatFlowError('Give a webhook key, here or as `webhookKeys` of the client.');
    // loaded when it is wanted: a browser, which has no key, never does
    const { Webhooks } = await import('../webhooks.js');
    if (keys || options) return new Webhooks(used, options).unwrap(rawBody, headers);
    this.#own ??= new Webhooks(used);
    return this.#own.unwrap(rawBody, headers);
  }
}

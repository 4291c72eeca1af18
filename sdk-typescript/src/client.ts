import { ClientWebhooks } from './core/client-webhooks.js';
import { ChatFlowError } from './core/errors.js';
import type { ClientOptions, RequestOptions } from './core/options.js';
import { environment, isBrowser, keysOfEnvironment } from './core/platform.js';
import type { ApiPromise } from './core/promise.js';
import { Transport } from './core/transport.js';
import { Resources } from './generated/apis/index.js';
import type { Me } from './generated/models/index.js';

/**
 * The ChatFlow API. Immutable and safe to share; one per process is enough.
 *
 * ```ts
 * const client = new ChatFlow({ apiKey, baseUrl: 'https://chat.example.com' });
 * await client.messages.send({ channel_id, to: { phone }, content: { type: 'text', text: 'Hello' } });
 * ```
 */
export class ChatFlow extends Resources {
  readonly webhooks: ClientWebhooks;
  readonly #options: Readonly<ClientOptions>;

  constructor(options: ClientOptions) {
    if (!options.apiKey) throw new ChatFlowError('apiKey is missing.');
    if (!/^[!-~]+$/.test(options.apiKey)) {
      throw new ChatFlowError('apiKey holds a character that no header can carry.');
    }
    if (!options.baseUrl) throw new ChatFlowError('baseUrl is missing: where does ChatFlow run?');
    if (isBrowser() && options.apiKey.startsWith('cf_') && !options.dangerouslyAllowBrowser) {
      throw new ChatFlowError('An API key in a browser is everyone\'s. Use a session token there.');
    }
    super(new Transport(options));
    this.webhooks = new ClientWebhooks(options.webhookKeys);
    this.#options = { ...options };
    Object.freeze(this);
  }

  /**
   * From `CHATFLOW_API_KEY` and `CHATFLOW_BASE_URL`, and `CHATFLOW_WEBHOOK_SECRET` when it is set
   * (several keys with spaces between); what is given here wins.
   */
  static fromEnv(options: Partial<ClientOptions> = {}): ChatFlow {
    const required = (name: string): string => {
      const value = environment(name);
      if (!value) throw new ChatFlowError(`The environment has no ${name}.`);
      return value;
    };
    return new ChatFlow({
      ...options,
      apiKey: options.apiKey ?? required('CHATFLOW_API_KEY'),
      baseUrl: options.baseUrl ?? required('CHATFLOW_BASE_URL'),
      webhookKeys: options.webhookKeys ?? keysOfEnvironment(),
    });
  }

  /** A client with other options: another workspace, key or timeout. */
  withOptions(options: Partial<ClientOptions>): ChatFlow {
    return new ChatFlow({ ...this.#options, ...options });
  }

  /** Who is asking: the key, its workspace and what it may do. */
  me(options?: RequestOptions): ApiPromise<Me> {
    return this.workspaces.me(options);
  }
}

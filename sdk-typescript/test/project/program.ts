// What an application does with the installed package, in Node and in a browser: compiled and run by
// package.test.mjs.
import { ChatFlow, NotFoundError, type Contact, type Event, type MessageContent } from '@chatflow/sdk';
import { Webhooks, type WebhookHeaders } from '@chatflow/sdk/webhooks';

export interface Given {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly secret: string;
  readonly publicKey: string;
  readonly body: string;
  readonly headers: WebhookHeaders;
}

export async function program({ baseUrl, apiKey, secret, publicKey, body, headers }: Given) {
  const client = new ChatFlow({ apiKey, baseUrl, webhookKeys: secret });

  const names: Contact['name'][] = [];
  for await (const contact of client.contacts.list({ limit: 1 })) names.push(contact.name);

  const content: MessageContent = { type: 'text', text: 'Hello' };
  const sent = await client.messages
    .send({ channel_id: 'chn_01kavk5e4sf2xr2bq6d8n1c7pm', to: { phone: '+16505551234' }, content })
    .withResponse();

  let missing = 'found';
  try {
    await client.contacts.get('con_01kavk5e4sf2xr2bq6d8n1c7pm');
  } catch (error) {
    if (error instanceof NotFoundError) missing = `${error.code} ${error.requestId}`;
  }

  const streamed: Event[] = [];
  for await (const event of client.events.stream({ cursor: 6 })) if (streamed.push(event) === 3) break;

  const unwrapped = [
    await client.webhooks.unwrap(body, headers),
    await new Webhooks(publicKey).unwrap(new TextEncoder().encode(body), headers),
  ];
  return {
    names,
    sent: [sent.status, sent.requestId, sent.data.object],
    missing,
    streamed: streamed.map(({ position, type }) => `${position} ${type}`),
    unwrapped: unwrapped.map((event) => event.type),
  };
}

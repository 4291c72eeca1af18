// Compiled, never run: what callers can rely on in types. A line under @ts-expect-error must fail.
import type {
  ApiPromise,
  ChatFlow,
  ChannelType,
  Contact,
  Event,
  FlowNode,
  JsonValue,
  Me,
  Message,
  MessageContent,
  MessageStatus,
  Page,
  PagePromise,
  SendMessageRequest,
  TextContent,
  UnknownVariant,
  UpdateContactRequest,
} from '../../dist/esm/index.js';

type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const yes = <T extends true>(): T | undefined => undefined;

// a known tag leaves its variant alone
export function text(content: MessageContent): string {
  if (content.type === 'text') {
    yes<Equal<typeof content, TextContent>>();
    return content.text;
  }
  // @ts-expect-error: only text has a text for sure
  content.text.length;
  return '';
}

// what remains after all known tags is the open end, and it is readable
export function node(node: FlowNode): JsonValue | unknown {
  switch (node.type) {
    case 'message':
      return node.content;
    case 'buttons':
      return node.buttons[0]?.title;
    case 'question':
      return node.variable;
    case 'condition':
      return node.branches.length;
    case 'set_variable':
      return node.value;
    case 'jump':
    case 'end':
      return node.id;
    default: {
      const later: UnknownVariant<'type'> = node;
      const tag: string = later.type;
      return [tag, later['anything']];
    }
  }
}

// the data of an event follows its type
export function event(event: Event): string | null {
  switch (event.type) {
    case 'message.received':
    case 'message.failed':
      return event.data.message.id;
    case 'contact.preference_changed':
      return event.data.category;
    case 'channel.notice':
      return event.data.channel_id;
    default:
      return null;
  }
}

// what all events have, one of a type that came later has, too
export function position(event: Event): number {
  yes<Equal<typeof event.id, string>>();
  return event.position;
}

// enums suggest what is known and take what is not
export const known: MessageStatus = 'delivered';
export const later: MessageStatus = 'teleported';
export const typed: ChannelType = 'sandbox';
// @ts-expect-error: but no number
export const wrong: MessageStatus = 7;
yes<Equal<Message['object'], 'message'>>();

// null and absent are different things
export const cleared: UpdateContactRequest = { name: null };
export const kept: UpdateContactRequest = { name: undefined };
// @ts-expect-error: tags cannot be null
export const never: UpdateContactRequest = { tags: null };
yes<Equal<Contact['name'], string | null>>();
yes<Equal<Contact['created_at'], string>>();

export const body: SendMessageRequest = {
  channel_id: 'chn_1',
  to: { phone: '+16505551234' },
  content: { type: 'buttons', text: 'Did it arrive?', buttons: [{ id: 'yes', title: 'Yes' }] },
};
export const misspelt: SendMessageRequest = {
  channel_id: 'chn_1',
  // @ts-expect-error: no such way to name a recipient
  to: { phon: '+16505551234' },
  content: { type: 'text', text: 'Hello' },
};
export const incomplete: SendMessageRequest = {
  channel_id: 'chn_1',
  to: { external_id: '4711' },
  // @ts-expect-error: a text needs a text
  content: { type: 'text' },
};
export const surplus: MessageContent = {
  type: 'text',
  text: 'Hello',
  // @ts-expect-error: a text has no caption
  caption: 'Hello',
};

export async function operations(client: ChatFlow): Promise<void> {
  const me = client.me();
  yes<Equal<typeof me, ApiPromise<Me>>>();
  const sent = await client.messages.send(body, { idempotencyKey: 'a', timeout: 1000 });
  yes<Equal<typeof sent, Message>>();
  const list = client.contacts.list({ tag: 'vip' }, { workspace: 'wsp_1' });
  yes<Equal<typeof list, PagePromise<Contact>>>();
  const page = await list;
  yes<Equal<typeof page, Page<Contact>>>();
  for await (const contact of list) yes<Equal<typeof contact, Contact>>();
  const { data, etag } = await client.flows.get('flw_1').withResponse();
  await client.flows.update(data.id, { name: 'New' }, { ifMatch: etag });
  const gone = await client.contacts.delete('con_1');
  yes<Equal<typeof gone, void>>();
  // @ts-expect-error: no such filter
  client.contacts.list({ tagg: 'vip' });
  // @ts-expect-error: the body is required
  client.messages.send();
  // @ts-expect-error: accessors cannot be replaced
  client.messages = client.messages;
}

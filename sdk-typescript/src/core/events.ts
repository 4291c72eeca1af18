import type { Event } from '../generated/models/index.js';
import type { Call, StreamOptions } from './options.js';
import { Resource } from './resource.js';
import { EventStream } from './stream.js';
import type { UnknownTag } from './types.js';

/** What `client.events.stream` filters by. */
export interface StreamEventsParams {
  /** Position after which to read; default: from now on. */
  cursor?: string | number | undefined;
  /** Only these types. */
  type?: readonly (Exclude<Event['type'], UnknownTag> | (string & {}))[] | undefined;
  channel_id?: string | undefined;
  conversation_id?: string | undefined;
  contact_id?: string | undefined;
}

/** What `client.events` has beside the operations that are generated. */
export class StreamedEvents extends Resource {
  /**
   * Events as they happen.
   *
   * ```ts
   * for await (const event of client.events.stream({ type: ['message.received'] })) console.log(event.id);
   * ```
   *
   * `break`, `close()` and the signal end the connection. Keep `position` (or that of the last event)
   * and give it back as `cursor` to miss nothing between two runs.
   */
  stream(params: StreamEventsParams = {}, options?: StreamOptions): EventStream {
    const call: Call = {
      operation: 'streamEvents',
      method: 'GET',
      path: '/v1/events/stream',
      query: { ...params },
      accept: 'text/event-stream, application/problem+json',
    };
    return new EventStream(this.transport, call, options);
  }
}

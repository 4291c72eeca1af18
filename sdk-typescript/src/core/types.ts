/** A JSON scalar. */
export type AnyValue = string | number | boolean | null;

/** Any JSON. */
export type JsonValue = AnyValue | JsonValue[] | { [key: string]: JsonValue };

/** What a discriminator holds that this version of the SDK does not know. Cast to `string` to read. */
export type UnknownTag = string & { readonly __unknown_tag__: true };

/**
 * The open end of a union: a variant that came after this version of the SDK. It is passed through
 * whole. A known tag never narrows to it, so `if (content.type === 'text')` leaves `TextContent`,
 * and what remains after all known tags is this.
 */
export type UnknownVariant<Tag extends string> = { readonly [key in Tag]: UnknownTag } & {
  readonly [key: string]: unknown;
};

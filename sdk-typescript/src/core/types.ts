/** A JSON scalar. */
export type AnyValue = string | number | boolean | null;

/** Any JSON. */
export type JsonValue = AnyValue | JsonValue[] | { [key: string]: JsonValue };

/**
 * What a discriminator holds that this version of the SDK does not know; read it as a `string`. The
 * pattern is for the compiler alone: no tag of the contract fits it (they have no spaces), so
 * comparing with a known tag rules the open end out.
 */
export type UnknownTag = `${string} (unknown)`;

/**
 * The open end of a union: a variant that came after this version of the SDK, passed through whole.
 * `if (content.type === 'text')` leaves `TextContent` alone, and what remains after all known tags
 * is this.
 */
export type UnknownVariant<Tag extends string> = { readonly [key in Tag]: UnknownTag } & {
  readonly [key: string]: unknown;
};

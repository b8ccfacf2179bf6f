import * as z from "zod";

/** Requests of a server's own that reach the client whose program called it; the others are refused. */
export interface RelaySettings {
  /** Questions to the person at the client. @default true */
  readonly elicitation?: boolean | undefined;
  /** Use of the client's model. @default false */
  readonly sampling?: boolean | undefined;
  /** The folders the client works in. @default false */
  readonly roots?: boolean | undefined;
}

/** @internal Form of a server's `relay`, with its defaults. */
export const relaySchema: z.ZodType<Required<{ [Key in keyof RelaySettings]: boolean }>> = z
  .strictObject({
    elicitation: z.boolean().default(true),
    sampling: z.boolean().default(false),
    roots: z.boolean().default(false),
  })
  .default({ elicitation: true, sampling: false, roots: false });

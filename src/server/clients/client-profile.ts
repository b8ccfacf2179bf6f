import type { ReaderRoom } from "../../tools/agent-tool.ts";

/** What a client does with what we send: data, by which our answers are shaped. */
export interface ClientProfile {
  /** Name by which people know it. */
  readonly name: string;
  /** What it calls itself in `clientInfo.name`. */
  readonly calls: readonly string[];
  /** What it keeps of a tool, and the characters of our instructions; 0 where it shows none. */
  readonly keeps: ReaderRoom & { readonly instructions: number };
  /** The same from a version on. */
  readonly newer?: { readonly from: string; readonly keeps: ClientProfile["keeps"] };
  /** Tools are hidden from its model until its own search finds them. */
  readonly defers: boolean;
  /** Structured content is of use beside the text: it is not shown in place of the text, or a second time. */
  readonly takesStructure: boolean;
  /** An image in a result reaches its model as an image. */
  readonly showsImages: boolean;
  /** Characters of a result it shows; what is longer is cut or kept aside by it. */
  readonly resultCharacters: number;
  /** Time after which it gives a call up; it waits on where we report progress, unless it asks for none. */
  readonly callTimeoutMs?: number;
  /** It composes tools in code itself, and has no use for a second sandbox. */
  readonly composes?: boolean;
  /** It reads the `anthropic/…` keys in `_meta` of a tool. */
  readonly readsAnthropicMeta?: boolean;
  /** Sentences for people who use it. */
  readonly notes: readonly string[];
}

/** More than any text of ours has. */
export const WHOLE = 1_000_000;

/** A client of which nothing was recorded: nothing is cut, and nothing is dropped. */
export const UNSHAPED: Omit<ClientProfile, "name" | "calls"> = {
  keeps: { description: WHOLE, instructions: WHOLE },
  defers: false,
  takesStructure: true,
  showsImages: true,
  resultCharacters: WHOLE,
  notes: ["Not recorded: nothing is shaped for it."],
};

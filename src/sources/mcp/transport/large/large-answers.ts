import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import { isRecord } from "../../../../base/is-record.ts";
import { SlicedWork } from "../../../../base/sliced-work.ts";
import { LargeJson, type LargeText } from "../../../../base/steps/large-text.ts";
import { putLarge, takeLarge } from "./large-line.ts";

/** Enough of a message to have its id, where that stands first. */
const HEAD_BYTES = 300;

const ID_AT_HEAD = /^\s*\{[^{}[\]]*?"id"\s*:\s*(\d{1,15})\b/;

/** Requests whose answers are waited for. */
interface OpenRequests {
  readonly isOpen: (id: number) => boolean;
  readonly endRequest: (id: number, reason: "malformed") => void;
}

/**
 * Carries what is large in answers past a library that reads text: it reads marks, and the message that it hands on has what
 * they stand for. Only what answers an open request is kept, and no longer than that is open.
 */
export class LargeAnswers {
  readonly #requests: OpenRequests;
  readonly #kept = new Map<number, ReadonlyMap<string, LargeText>>();

  constructor(requests: OpenRequests) {
    this.#requests = requests;
  }

  /**
   * The text for the library of a message that came as bytes, which are written over. What is no answer is the text that came;
   * an answer that nobody waits for any more keeps its marks, and one that is no JSON ends its request, and is no text at all.
   */
  async lighten(parts: readonly Buffer[]): Promise<string> {
    const head = Buffer.concat(parts.slice(0, 2)).toString("latin1", 0, HEAD_BYTES);
    try {
      const { text, texts } = await new SlicedWork(() => takeLarge(parts)).soon();
      return this.#keep(text, texts) ? text : restored(text, texts);
    } catch (thrown) {
      if (!(thrown instanceof SyntaxError)) throw thrown;
      const id = Number(ID_AT_HEAD.exec(head)?.[1]);
      if (!this.#requests.isOpen(id)) return "{}";
      this.#requests.endRequest(id, "malformed");
      return "";
    }
  }

  /** A message that the library read, with what was taken out of it. */
  putBack(message: JSONRPCMessage): JSONRPCMessage {
    const id = "id" in message ? Number(message.id) : Number.NaN;
    const texts = this.#kept.get(id);
    if (texts === undefined || !("result" in message)) return message;
    this.#kept.delete(id);
    const result: unknown = new SlicedWork(() => putLarge(message.result, texts)).now();
    return isRecord(result) ? { ...message, result } : message;
  }

  /** Lets go of what was kept for a request that has ended. */
  forget(id: number): void {
    this.#kept.delete(id);
  }

  #keep(text: string, texts: ReadonlyMap<string, LargeText>): boolean {
    const ids = texts.size === 0 ? [] : answeredBy(text);
    for (const id of ids) if (this.#requests.isOpen(id)) this.#kept.set(id, texts);
    return ids.length > 0 || texts.size === 0;
  }
}

/** The ids of the requests that a message answers, or each of several; none where it is anything else. */
function answeredBy(text: string): readonly number[] {
  try {
    const read: unknown = JSON.parse(text);
    const messages: readonly unknown[] = Array.isArray(read) ? read : [read];
    const ids = messages.map((message) =>
      isRecord(message) && isRecord(message["result"]) ? message["id"] : undefined,
    );
    return ids.every((id) => typeof id === "number") ? ids : [];
  } catch {
    return [];
  }
}

/** The text with each mark replaced by what it stands for, as JSON. */
function restored(text: string, texts: ReadonlyMap<string, LargeText>): string {
  let whole = text;
  for (const [mark, large] of texts) {
    const isJson = large instanceof LargeJson;
    const place = isJson ? `"${mark}"` : mark;
    const value = isJson ? large.toString() : JSON.stringify(large.toString()).slice(1, -1);
    whole = whole.replace(place, () => value);
  }
  return whole;
}

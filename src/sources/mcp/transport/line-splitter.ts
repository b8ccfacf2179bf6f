import { LARGE_TEXT_BYTES } from "../../../base/steps/large-text.ts";

/** Listeners to a {@link LineSplitter}. */
interface LineEvents {
  /** One complete line, without its end. */
  readonly onLine: (line: string) => void;
  /** One complete line of many megabytes, as it came and to keep. @default as any other */
  readonly onLargeLine?: (parts: readonly Buffer[]) => void;
  /** A line passed the limit. `head` is its beginning; the rest of the line is dropped as it comes. */
  readonly onTooLong: (head: string) => void;
  /** A line that was dropped has ended with `tail`. */
  readonly onTooLongEnd: (tail: string) => void;
}

/** The byte that ends a line. */
export const NEWLINE = 10;
const END_BYTES = 256;
const MOST_REST_BYTES = 1024 * 1024;

/** Cuts a stream of bytes into lines of bounded length, in time and memory linear in what arrives. */
export class LineSplitter {
  readonly #limitBytes: number;
  readonly #events: LineEvents;
  #parts: Buffer[] = [];
  #partBytes = 0;
  #dropping = false;
  #tail: Buffer = Buffer.alloc(0);

  constructor(limitBytes: number, events: LineEvents) {
    this.#limitBytes = limitBytes;
    this.#events = events;
  }

  /** Takes the next bytes and hands on every line they complete. */
  push(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      this.#add(chunk.subarray(from, end));
      this.#finish();
      from = end + 1;
    }
    if (from < chunk.length) this.#add(chunk.subarray(from));
  }

  /**
   * What has come since the last line end, where that is short and closes a JSON object; undefined otherwise. With
   * {@link takeRest} it is a line of its own.
   */
  get rest(): string | undefined {
    if (this.#partBytes === 0 || this.#partBytes > MOST_REST_BYTES) return undefined;
    const text = Buffer.concat(this.#parts).toString().trimEnd();
    return text.endsWith("}") ? text : undefined;
  }

  /** Hands on what has come since the last line end as a line. */
  takeRest(): void {
    this.#finish();
  }

  #add(part: Buffer): void {
    if (this.#dropping) {
      this.#tail = Buffer.concat([this.#tail, part.subarray(-END_BYTES)]).subarray(-END_BYTES);
      return;
    }
    this.#parts.push(part);
    this.#partBytes += part.length;
    if (this.#partBytes <= this.#limitBytes) return;
    const head = Buffer.concat(this.#parts.slice(0, 8)).toString("utf8", 0, END_BYTES);
    this.#clear();
    this.#dropping = true;
    this.#tail = Buffer.from(part.subarray(-END_BYTES));
    this.#events.onTooLong(head);
  }

  #finish(): void {
    const dropped = this.#dropping;
    const { onLargeLine } = this.#events;
    if (!dropped && onLargeLine !== undefined && this.#partBytes > LARGE_TEXT_BYTES) {
      const parts = this.#parts;
      this.#clear();
      onLargeLine(parts);
      return;
    }
    const [only] = this.#parts;
    const line =
      this.#parts.length === 1 && only !== undefined ? only.toString() : Buffer.concat(this.#parts).toString();
    this.#clear();
    this.#dropping = false;
    if (dropped) this.#events.onTooLongEnd(this.#tail.toString());
    else this.#events.onLine(line.endsWith("\r") ? line.slice(0, -1) : line);
  }

  #clear(): void {
    this.#parts = [];
    this.#partBytes = 0;
  }
}

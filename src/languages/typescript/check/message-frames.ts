const HEADER_END = Buffer.from("\r\n\r\n");

/** Writes a message with the header that tells its length. */
export function encodeFrame(message: object): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
}

/** Cuts a stream of bytes into messages. Throws on a message that is longer than `maxBytes` or has no length. */
export class MessageReader {
  readonly #maxBytes: number;
  #chunks: Buffer[] = [];
  #buffered = 0;
  #wanted = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes bytes and gives the messages that are complete now. */
  push(chunk: Buffer): readonly unknown[] {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    const messages: unknown[] = [];
    while (this.#buffered > 0 && this.#buffered >= this.#wanted) {
      const bytes = Buffer.concat(this.#chunks);
      const header = bytes.indexOf(HEADER_END);
      this.#chunks = [bytes];
      if (header === -1) break;
      const start = header + HEADER_END.length;
      const end = start + this.#lengthIn(bytes.toString("latin1", 0, header));
      this.#wanted = end;
      if (bytes.length < end) break;
      messages.push(JSON.parse(bytes.toString("utf8", start, end)));
      this.#chunks = bytes.length === end ? [] : [bytes.subarray(end)];
      this.#buffered = bytes.length - end;
      this.#wanted = 0;
    }
    return messages;
  }

  #lengthIn(header: string): number {
    const length = Number(/content-length:\s*(\d+)/i.exec(header)?.[1] ?? Number.NaN);
    if (!(length <= this.#maxBytes)) throw new Error(`A message of ${length} bytes is not accepted.`);
    return length;
  }
}

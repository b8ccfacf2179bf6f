import { isRecord } from "../../base/is-record.ts";
import { Transform, type Writable } from "node:stream";
import type { JSONRPCMessage } from "@modelcontextprotocol/server";
import type { ExactWire } from "../../base/exact-wire.ts";
import { judgeBatch, judgeMessage, type MessageRefusal, stillOpen, takesBatches } from "./judge-message.ts";
import { mendRequest } from "./mend-request.ts";
import { LineSplitter } from "../../sources/mcp/transport/line-splitter.ts";

/** Lines that are taken in one turn of the event loop; what answers them takes most of its time in that turn. */
const PER_TURN = 16;
const MESSAGE_BYTES = 64 * 1024 * 1024;
const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;

const TOO_LONG: MessageRefusal = {
  id: "null",
  code: INVALID_REQUEST,
  message: "The message is larger than 64 MiB.",
};

interface Batch {
  readonly open: Set<string>;
  readonly answers: string[];
}

/**
 * Stands between a client's lines and the SDK, which is silent about what it cannot read: each invalid request gets an
 * error of JSON-RPC, and the rest passes.
 */
export class RequestGate {
  /** Takes the client's output; passes on the lines that are valid, as the wire has the library read them. */
  readonly input: Transform;
  readonly #output: Writable;
  readonly #wire: ExactWire;
  readonly #open = new Set<string>();
  readonly #batches = new Map<string, Batch>();
  #takesBatches = false;
  /** What has come and waits for its turn, in order. */
  readonly #waiting: (() => void)[] = [];

  /** @param output takes what the client is to read, before `wire` writes its integers as digits */
  constructor(output: Writable, wire: ExactWire) {
    this.#output = output;
    this.#wire = wire;
    const lines = new LineSplitter(MESSAGE_BYTES, {
      onLine: (line) => void this.#waiting.push(() => this.#take(line)),
      onTooLong: () => void this.#waiting.push(() => this.#refuse(TOO_LONG)),
      onTooLongEnd: () => {},
    });
    this.input = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        lines.push(chunk);
        this.#takeSome(done);
      },
    });
  }

  /** Resolves when all that has come so far was passed on. */
  whenTaken(): Promise<void> {
    return new Promise((resolve) => this.input.write("", () => resolve()));
  }

  /** A client that writes a thousand requests at once keeps nothing else waiting. */
  #takeSome(done: () => void): void {
    for (const take of this.#waiting.splice(0, PER_TURN)) take();
    if (this.#waiting.length === 0) done();
    else setImmediate(() => this.#takeSome(done));
  }

  /** Takes note of an answer. True when it belongs to a batch and is sent with that. */
  answered(message: JSONRPCMessage): boolean {
    const id = JSON.stringify("id" in message ? message.id : undefined) ?? "";
    this.#open.delete(id);
    const batch = this.#batches.get(id);
    if (batch === undefined) return false;
    this.#batches.delete(id);
    batch.open.delete(id);
    batch.answers.push(JSON.stringify(message));
    this.#finish(batch);
    return true;
  }

  #take(line: string): void {
    const text = this.#wire.fromWire(line.replace(/^\uFEFF/, ""));
    if (text.trim() === "") return;
    const value = parse(text);
    if (value === undefined) {
      this.#refuse({ id: "null", code: PARSE_ERROR, message: "Parse error: the line is not JSON." });
    } else if (Array.isArray(value)) this.#takeBatch(value);
    else this.#takeOne(value, text);
  }

  #takeBatch(items: readonly unknown[]): void {
    const refusal = judgeBatch(items, this.#takesBatches);
    if (refusal !== undefined) return this.#refuse(refusal);
    const batch: Batch = { open: new Set(), answers: [] };
    for (const item of items) this.#takeOne(item, JSON.stringify(item), batch);
    this.#finish(batch);
  }

  #takeOne(value: unknown, text: string, batch?: Batch): void {
    // An error that answers nothing is not answered in turn, or two peers would never end.
    if (isRecord(value) && value["id"] === null && isRecord(value["error"])) return;
    const refusal = judgeMessage(value) ?? this.#repeated(value);
    if (refusal !== undefined) {
      if (batch === undefined) this.#refuse(refusal);
      else batch.answers.push(toAnswer(refusal));
      return;
    }
    const message = mendRequest(value, (given) => parse(this.#wire.fromWire(given)));
    this.#remember(message, batch);
    this.input.push(`${message === value ? text : JSON.stringify(message)}\n`);
  }

  #repeated(value: unknown): MessageRefusal | undefined {
    if (!isRecord(value) || typeof value["method"] !== "string") return undefined;
    const id = JSON.stringify(value["id"] ?? null);
    return this.#open.has(id) ? stillOpen(id) : undefined;
  }

  #remember(message: unknown, batch: Batch | undefined): void {
    if (!isRecord(message) || typeof message["method"] !== "string") return;
    const { method, params } = message;
    if (method === "initialize" && isRecord(params)) this.#takesBatches = takesBatches(params["protocolVersion"]);
    if (method === "notifications/cancelled" && isRecord(params)) this.#forget(JSON.stringify(params["requestId"]));
    if (!("id" in message)) return;
    const id = JSON.stringify(message["id"]);
    this.#open.add(id);
    if (batch === undefined) return;
    batch.open.add(id);
    this.#batches.set(id, batch);
  }

  /** A request that was taken back gets no answer. */
  #forget(id: string): void {
    this.#open.delete(id);
    const batch = this.#batches.get(id);
    this.#batches.delete(id);
    if (batch?.open.delete(id) === true) this.#finish(batch);
  }

  #finish({ open, answers }: Batch): void {
    if (open.size === 0 && answers.length > 0) this.#output.write(`[${answers.splice(0).join(",")}]\n`);
  }

  #refuse(refusal: MessageRefusal): void {
    this.#output.write(`${toAnswer(refusal)}\n`);
  }
}

function toAnswer({ id, code, message }: MessageRefusal): string {
  return `{"jsonrpc":"2.0","id":${id},"error":${JSON.stringify({ code, message })}}`;
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value ?? null;
  } catch {
    return undefined;
  }
}

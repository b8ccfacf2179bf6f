import type { IncomingMessage, ServerResponse } from "node:http";
import type { ExactWire } from "../../base/exact-wire.ts";
import { AnswerLine } from "./answer-line.ts";
import { HttpExchange } from "./http-exchange.ts";

/** Access of a Node server to what answers its requests. */
interface NodeDoor {
  /** Maximum size of a body; a larger one gets 413. */
  readonly maxBodyBytes: number;
  /** Writes integers beyond 2^53 of an answer as digits. */
  readonly wire: ExactWire;
  readonly log: (line: string) => void;
  /** Answers a request: `text` is the body of a `POST`. */
  readonly answer: (exchange: HttpExchange, text: string) => Promise<void> | void;
}

class TooLargeError extends Error {}

/** Answers requests of a Node server: a body is read as one text. */
export function answerOverNode(options: NodeDoor): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  const line = new AnswerLine();
  return (incoming, outgoing) => {
    const exchange = new HttpExchange(incoming, outgoing, options.wire);
    const failed = (error: unknown): void => giveUp(exchange, error, options);
    const answer = (text: string): void => {
      try {
        options.answer(exchange, text)?.catch(failed);
      } catch (error) {
        failed(error);
      }
    };
    const enter = (text: string): void => line.enter(incoming.socket, () => answer(text));
    if (incoming.method === "POST") readText(incoming, options.maxBodyBytes, { answer: enter, failed });
    else answer("");
  };
}

function giveUp(exchange: HttpExchange, error: unknown, { maxBodyBytes, log }: NodeDoor): void {
  try {
    if (error instanceof TooLargeError) {
      const message = `Payload Too Large: Request body must not exceed ${maxBodyBytes} bytes`;
      return exchange.refuse({ status: 413, code: -32_000, message, headers: { connection: "close" } });
    }
    log(error instanceof Error ? error.message : String(error));
    exchange.refuse({ status: 500, code: -32_603, message: "Internal server error" });
  } catch {
    // The answer had begun.
    exchange.destroy();
  }
}

/** Calls one of the two, once. */
function readText(
  incoming: IncomingMessage,
  maxBytes: number,
  { answer, failed }: { readonly answer: (text: string) => void; readonly failed: (error: Error) => void },
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let isOver = false;
  const end = (error?: Error): void => {
    if (isOver) return;
    isOver = true;
    if (error === undefined) answer(decode(chunks));
    else failed(error);
  };
  if (Number(incoming.headers["content-length"]) > maxBytes) return end(new TooLargeError());
  incoming.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) return end(new TooLargeError());
    chunks.push(chunk);
  });
  incoming.once("end", () => end());
  incoming.once("error", end);
  incoming.once("close", () => end(new Error("The client went away before its request had arrived.")));
}

function decode(chunks: readonly Buffer[]): string {
  const [only = Buffer.alloc(0)] = chunks;
  const text = (chunks.length > 1 ? Buffer.concat(chunks) : only).toString("utf8");
  // A mark of the byte order is no part of the text.
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

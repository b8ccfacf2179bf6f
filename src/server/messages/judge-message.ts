import { isRecord } from "../../base/is-record.ts";

const INVALID_REQUEST = -32_600;
const INVALID_PARAMS = -32_602;

/** Why a message is not taken. `id` is that of the message as JSON text, `null` where it has none. */
export interface MessageRefusal {
  readonly id: string;
  readonly code: number;
  readonly message: string;
}

/** The refusal as an answer over HTTP. */
export function refusalReply({ id, code, message }: MessageRefusal): {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  readonly id: unknown;
} {
  return { status: 400, code, message, id: JSON.parse(id) };
}

/** What is wrong with one message of a client as JSON-RPC has it; undefined for a request, a notification or an answer. */
export function judgeMessage(value: unknown): MessageRefusal | undefined {
  const refuse = (id: string, message: string, code = INVALID_REQUEST): MessageRefusal => ({ id, code, message });
  if (!isRecord(value)) return refuse("null", "Invalid request: a message is an object.");
  const id = idText(value["id"]);
  if (id === undefined) return refuse("null", "Invalid request: an id is a text or an integer, and not null.");
  if (value["jsonrpc"] !== "2.0") return refuse(id, 'Invalid request: "jsonrpc" must be "2.0".');
  if (value["method"] === undefined && ("result" in value || "error" in value)) return undefined;
  if (typeof value["method"] !== "string") return refuse(id, "Invalid request: method is missing.");
  if (isRecord(value["params"] ?? {})) return undefined;
  return refuse(id, "Invalid params: params must be an object.", INVALID_PARAMS);
}

/** Messages of one batch, which are all begun at once. */
const MOST_IN_BATCH = 100;

/** Why messages that came as one batch are not taken, whatever each of them is. */
export function judgeBatch(items: readonly unknown[], areTaken: boolean): MessageRefusal | undefined {
  const why =
    items.length === 0
      ? "The batch is empty."
      : areTaken
        ? `A batch has ${MOST_IN_BATCH} messages at most.`
        : "Batches are not part of this revision; send one message.";
  if (areTaken && items.length > 0 && items.length <= MOST_IN_BATCH) return undefined;
  return { id: "null", code: INVALID_REQUEST, message: `Invalid request: ${why}` };
}

/** Why a request is not taken whose id another one has that is not answered yet. `id` is JSON text. */
export function stillOpen(id: string): MessageRefusal {
  return { id, code: INVALID_REQUEST, message: "Invalid request: a request with this id is still open." };
}

/** True of the one revision whose messages may come as batches. */
export function takesBatches(revision: unknown): boolean {
  return revision === "2025-03-26";
}

/** The id as JSON text; `null` where there is none, undefined for a value that is not an id. */
function idText(id: unknown): string | undefined {
  if (id === undefined) return "null";
  return typeof id === "string" || Number.isSafeInteger(id) ? JSON.stringify(id) : undefined;
}

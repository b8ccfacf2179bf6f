import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import type { ExactWire } from "../../../base/exact-wire.ts";
import { endOfText, parseJson } from "../../../base/exact-json.ts";
import { isRecord } from "../../../base/is-record.ts";
import { freeBytes } from "../../../base/steps/byte-parts.ts";
import { SpilledBytes } from "../../../base/files/spilled-bytes.ts";
import { mendJson } from "../../mend-json.ts";
import type { LargeText } from "../../../base/steps/large-text.ts";
import { SlicedWork } from "../../../base/sliced-work.ts";
import { PIECE_CHARACTERS } from "../../../base/steps/json-in-steps.ts";
import { parseInSteps } from "../../../base/steps/parse-in-steps.ts";
import { putLarge, takeLarge } from "./large/large-line.ts";
import { mendMessages } from "./mend-message.ts";
import { plainAnswer } from "./own-requests.ts";
import type { WatchedTransport } from "./watched-transport.ts";

/** Context of reading what a local server writes. */
export interface LineContext {
  readonly wire: ExactWire;
  readonly watched: WatchedTransport;
  /** The SDK's own strict reading of one message. */
  readonly deserialize: (text: string) => JSONRPCMessage;
  /** Ids of requests for which an answer among other words is held back. */
  readonly held: Set<unknown>;
}

/** Sequences that a terminal takes for colours and movements; a text in JSON never holds them as they are. */
// oxlint-disable-next-line no-control-regex -- this is what they begin with
const TERMINAL = /\u001b(?:\[[0-9;?]{0,20}[A-Za-z]|\][^\u0007\u001b]{0,200}\u0007)/g;
/** Marks that stand before a message where its writer meant it for another channel. */
// oxlint-disable-next-line no-control-regex -- some frame their messages with them
const MARKS = /^(?:data:|[\s\u0000-\u001f>$%])*/;
/** Headers that frame messages, as language servers do. */
const FRAME_HEADER = /^Content-(?:Length:\s*\d{1,12}|Type:[^{]{1,200})\r?$/i;
/** Members of which every message has one, unless its writer escapes letters. */
const MEMBERS = /"(?:method|result|error)"/;
/** The id of an answer too long to be read once more, where it stands before what is long. */
const ID_OF_LONG = /^\s*\{[^{}[\]]*?"id"\s*:\s*(\d{1,15})\b/;
const ID_WITHIN = 300;
/** Longest line that is searched for messages, so that the time it takes is short. */
const MOST_SEARCHED = 1024 * 1024;
const MOST_ON_A_LINE = 100;
/** Time in which a server that writes about its answer sends the answer itself. */
const SOON_MS = 500;

/** Reads a line strictly where that works, which is nearly always, and else as what it was meant to be. Throws for noise. */
export function readLine(line: string, { wire, watched, deserialize }: LineContext): readonly JSONRPCMessage[] {
  if (!line.includes("{")) return readBare(line, watched);
  if (!MEMBERS.test(line) && !line.includes("\\u")) throw NOISE;
  try {
    const own = watched.own.isEmpty ? undefined : plainAnswer(parseJson(line), watched.own);
    return [own ?? deserialize(wire.fromWire(line))];
  } catch {
    const oddities: string[] = [];
    const note = (oddity: string): void => void oddities.push(oddity);
    const soleRequest = (): number | undefined => watched.soleRequest();
    const messages = valuesIn(line, note)
      .flatMap((value) => mendMessages(JSON.parse(wire.fromWire(value)), { soleRequest, note }))
      .map((message) => deserialize(JSON.stringify(message)));
    // What could not be read in the end is garbage, and not an oddity too.
    for (const oddity of oddities) watched.oddities.note(oddity);
    return messages;
  }
}

/** An error costs more than all the rest of a line that is noise, and floods of such lines come. */
const NOISE = new SyntaxError("The line holds no message.");

/** A line without an object is a header that frames messages, or noise. */
function readBare(line: string, { oddities }: WatchedTransport): readonly JSONRPCMessage[] {
  if (!FRAME_HEADER.test(line.trimStart())) throw NOISE;
  oddities.note("It frames its messages with headers, as language servers do");
  return [];
}

/**
 * Reads a long line while other work goes on: its envelope as the SDK does, and in it what was read piece by piece. What
 * is not such a message is read as any other line.
 */
export async function readLongLine(
  long: string | readonly Buffer[],
  context: LineContext,
): Promise<readonly JSONRPCMessage[]> {
  return (await waitsApart(long, context)) ? [] : readWholeLine(long, context);
}

/** Whether an answer has to wait for room. It waits on disk, since what its server says to others comes after it. */
async function waitsApart(long: string | readonly Buffer[], context: LineContext): Promise<boolean> {
  const id = idOfLong(long);
  const turn = context.watched.places.of(Number(id))?.enterRoom(sizeOf(long));
  if (turn === undefined) return false;
  const spilled = await SpilledBytes.write(typeof long === "string" ? [Buffer.from(long)] : long);
  if (spilled === undefined) return !(await turn);
  if (typeof long !== "string") freeBytes(long);
  void turn
    .then(async (isWanted) => {
      const messages = isWanted ? await readWholeLine(await spilled.read(), context) : [];
      for (const message of messages) context.watched.receive(message);
    })
    .catch(() => endMalformed(id, context.watched))
    .finally(() => spilled.close());
  return true;
}

async function readWholeLine(
  long: string | readonly Buffer[],
  context: LineContext,
): Promise<readonly JSONRPCMessage[]> {
  const { wire, watched, deserialize } = context;
  const parse = (piece: string): unknown => JSON.parse(wire.fromWire(piece));
  const light = typeof long === "string" ? undefined : await new SlicedWork(() => takeLarge(long)).soon();
  const line = light?.text ?? String(long);
  const note = (oddity: string): void => watched.oddities.note(oddity);
  const readWhole = (text: string): Promise<unknown> =>
    new SlicedWork(() => parseInSteps(text, parse)).soon().catch(() => undefined);
  let read = await readWhole(line);
  if (read === undefined && light === undefined) {
    if (line.length <= MOST_SEARCHED) return readLine(line, context);
    const plain = withoutMarks(line, note);
    // Parsing so much in one piece, only to find again that it is no JSON, would keep everything else waiting.
    read = plain === line ? undefined : await readWhole(plain);
    if (read === undefined) throw new SyntaxError("The line is too long to be searched for messages.");
  }
  const texts = light?.texts ?? new Map<string, LargeText>();
  const value = await new SlicedWork(() => putLarge(read, texts)).soon();
  return mendMessages(value, { soleRequest: () => watched.soleRequest(), note }).map((message) => {
    if (!isRecord(message) || !isRecord(message["result"])) return deserialize(JSON.stringify(message));
    const { result, ...envelope } = message;
    const checked = deserialize(JSON.stringify({ ...envelope, result: {} }));
    return Object.assign(checked, { result });
  });
}

/**
 * Takes from a line that is no message what it says of an open request: the answer to it among other words, where none
 * comes by itself, or an answer that is none, for which its caller would wait until the time is up.
 */
export function readNoise(line: string, context: LineContext): void {
  const { watched } = context;
  if (!line.includes("{")) return;
  if (line.length > PIECE_CHARACTERS) return endMalformed(idOfLong(line), watched);
  const value = parsed(line);
  if (isRecord(value) && !("method" in value)) return endMalformed(value["id"], watched);
  const begin = line.indexOf("{");
  const text = begin === -1 ? undefined : objectAt(line, begin);
  const inner = text === undefined ? undefined : parsed(text);
  if (text === undefined || !isRecord(inner) || !isOpenAnswer(inner, watched)) return;
  const { held } = context;
  if (held.has(inner["id"])) return;
  held.add(inner["id"]);
  setTimeout(() => {
    held.delete(inner["id"]);
    if (!isOpenAnswer(inner, watched)) return;
    watched.oddities.note("It writes other words on the lines of its messages");
    for (const message of readLine(text, context)) watched.receive(message);
  }, SOON_MS).unref();
}

function idOfLong(long: string | readonly Buffer[]): string | undefined {
  const head = typeof long === "string" ? long : Buffer.concat(long.slice(0, 2)).toString("latin1", 0, ID_WITHIN);
  return ID_OF_LONG.exec(head.slice(0, ID_WITHIN))?.[1];
}

/** Bytes of a line in pieces, or characters of a text. */
function sizeOf(long: string | readonly Buffer[]): number {
  return typeof long === "string" ? long.length : long.reduce((sum, { length }) => sum + length, 0);
}

function endMalformed(id: unknown, watched: WatchedTransport): void {
  if (id !== undefined && Number.isInteger(Number(id))) watched.endRequest(Number(id), "malformed");
}

function isOpenAnswer(value: Readonly<Record<string, unknown>>, watched: WatchedTransport): boolean {
  const { id } = value;
  return value["jsonrpc"] === "2.0" && !("method" in value) && typeof id === "number" && watched.isOpen(id);
}

/** The JSON values that a line is made of, one for nearly every line. Throws where it is made of something else. */
function valuesIn(line: string, note: (oddity: string) => void): readonly string[] {
  const plain = withoutMarks(line, note);
  const whole = mended(plain, note);
  if (whole !== undefined) return [whole];
  const { values, rest } = objectsIn(plain);
  if (values.length > 1) note("It writes several messages on one line");
  if (rest !== "" && !FRAME_HEADER.test(rest)) note("It writes other words on the lines of its messages");
  return values;
}

/** The objects that a text begins with, one at least, and what follows them. Throws where it begins with none. */
function objectsIn(text: string): { readonly values: readonly string[]; readonly rest: string } {
  const values: string[] = [];
  let at = 0;
  if (text.length > MOST_SEARCHED) throw new SyntaxError("The line is too long to be searched for messages.");
  for (let value = objectAt(text, at); value !== undefined; value = objectAt(text, at)) {
    if (values.push(value) > MOST_ON_A_LINE) throw new SyntaxError("The line holds too much to be a few messages.");
    at += value.length;
    while (text[at] === " " || text[at] === ",") at += 1;
  }
  if (values.length === 0) throw new SyntaxError("The line holds no JSON.");
  return { values, rest: text.slice(at) };
}

/** A line without what a byte order mark, a terminal, a prompt or a bar of progress leaves before it. */
function withoutMarks(line: string, note: (oddity: string) => void): string {
  const text = line.replace(/^\uFEFF/, "");
  if (text !== line) note("It begins a line with a byte order mark");
  const still = text.replaceAll(TERMINAL, "");
  if (still !== text) note("It colours its messages as if for a terminal");
  const begin = still.indexOf("{");
  const after = still.slice(begin === -1 ? 0 : still.lastIndexOf("\r", begin) + 1);
  const plain = after.replace(MARKS, "");
  if (plain.length < still.trimStart().length) note("It writes other words on the lines of its messages");
  return plain;
}

/** JSON text, mended where it is nearly right; undefined for anything else. */
function mended(text: string, note: (oddity: string) => void): string | undefined {
  if (parsed(text) !== undefined) return text;
  const better = mendJson(text);
  if (better === undefined || parsed(better) === undefined) return undefined;
  note("It writes what JSON does not know, such as NaN or a comma too many");
  return better;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The text of the object that begins at a place; undefined where none does, or it does not end. */
function objectAt(text: string, begin: number): string | undefined {
  if (text[begin] !== "{") return undefined;
  let depth = 0;
  for (let at = begin; at < text.length; at += 1) {
    const mark = text[at];
    if (mark === '"') at = endOfText(text, at) - 1;
    else if (mark === "{") depth += 1;
    else if (mark === "}" && --depth === 0) return text.slice(begin, at + 1);
  }
  return undefined;
}

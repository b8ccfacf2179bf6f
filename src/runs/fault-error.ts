import { CodemodeError } from "../base/codemode-error.ts";
import type { CellOutcome, GuestFault, RelatedFault } from "../engines/engine.ts";
import type { Position, Program, RunKnowledge } from "../languages/program.ts";

/** Maps a place of a cell to the text the user sent. */
type Locate = (place: Position) => Position | Promise<Position>;

/** Related errors that are shown. */
const MAX_RELATED = 6;

/**
 * The error of a run whose program did not complete: a better account where the program's text allows one, else {@link
 * faultToError}.
 */
export async function programError(
  outcome: Exclude<CellOutcome, { readonly kind: "finished" }>,
  program: Program,
  known: RunKnowledge,
): Promise<CodemodeError> {
  if (outcome.kind === "stopped") return new CodemodeError(outcome.code, outcome.message, { hint: outcome.hint });
  const { fault } = outcome;
  // A failure to explain must not hide the error.
  const explained = await program.explain?.(fault, known).catch(() => undefined);
  if (CodemodeError.is(explained)) return explained;
  const hinted = explained === undefined ? fault : { ...fault, hint: explained };
  return faultToError(hinted, (place) => program.toUserPosition(place));
}

/** What a program that completed asked of results which they do not have, as sentences; nothing where that cannot be found. */
export async function remarksOn(program: Program, known: RunKnowledge): Promise<readonly string[]> {
  return (await program.remarks?.(known).catch(() => [])) ?? [];
}

/**
 * The error of a run for an error that ended the guest's code: its message with the class, the place of its innermost
 * frame, and below it a line for each error that it gathers or was caused by, with its own place.
 */
async function faultToError(fault: GuestFault, locate: Locate): Promise<CodemodeError> {
  const { tool, hint, content, structuredContent, related = [] } = fault;
  const place = await placeOf(fault, locate);
  const lines = await Promise.all(related.slice(0, MAX_RELATED).map((each) => relatedLine(each, locate)));
  if (related.length > MAX_RELATED) lines.push(`… and ${related.length - MAX_RELATED} more.`);
  const message = [headline(fault), ...(fault.fields === undefined ? [] : [`Its fields: ${fault.fields}`]), ...lines];
  return new CodemodeError(fault.code, message.join("\n"), { ...place, tool, hint, content, structuredContent });
}

/** Codes of errors whose class says something. */
const NAMED: ReadonlySet<GuestFault["code"]> = new Set(["runtime_error", "type_error", "unknown_tool"]);

function headline({ code, name, message, related = [] }: GuestFault): string {
  const gathered = related.filter(({ relation }) => relation !== "cause");
  const text = message === "" && gathered.length > 0 ? "all of these failed" : message;
  const isNamed = NAMED.has(code) && name !== "Error" && name !== "ToolError";
  return isNamed ? (text === "" ? name : `${name}: ${text}`) : text;
}

async function relatedLine(related: RelatedFault, locate: Locate): Promise<string> {
  const { relation, name, message, tool } = related;
  const { line, column } = await placeOf(related, locate);
  const place = line === undefined ? [] : [`line ${line}${column === undefined ? "" : `:${column}`}`];
  const where = [...(tool === undefined ? [] : [tool]), ...place];
  const what = name === "" ? message : message === "" ? name : `${name}: ${message}`;
  const head = relation === "cause" ? "Caused by" : `${relation}:`;
  return `${head} ${what}${where.length === 0 ? "" : ` (${where.join(", ")})`}`;
}

/** A place that cannot be found must not hide the error. */
async function placeOf({ frames }: Pick<GuestFault, "frames">, locate: Locate): Promise<Partial<Position>> {
  const [innermost] = frames;
  if (innermost === undefined) return {};
  try {
    return await locate(innermost);
  } catch {
    return {};
  }
}

/** An outcome whose notes name lines of the text the user sent, where they name places in the cell's own source. */
export function placeNotes(outcome: CellOutcome, program: Program): CellOutcome | Promise<CellOutcome> {
  if (outcome.kind !== "finished" || !outcome.notes.some((note) => PLACE.test(note))) return outcome;
  const placing = outcome.notes.map((note) => placeNote(note, program));
  return Promise.all(placing).then((notes) => ({ ...outcome, notes }));
}

const PLACE = /\{(\d{1,9}):(\d{1,9})\}/;

async function placeNote(note: string, program: Program): Promise<string> {
  const [whole, line, column] = PLACE.exec(note) ?? [];
  if (whole === undefined) return note;
  const place = await program.toUserPosition({ line: Number(line), column: Number(column) });
  return note.replace(whole, String(place.line));
}

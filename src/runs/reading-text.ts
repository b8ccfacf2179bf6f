import { defined } from "../base/defined.ts";
import { escapeInvisible, hangingText } from "../catalog/brief.ts";
import { stringifyJson } from "../base/exact-json.ts";
import type { JsonValue } from "../base/json.ts";
import type { ErrorReport } from "../base/codemode-error.ts";
import { type ArtifactStore, summarizeArtifact } from "./artifacts/artifact-store.ts";
import type { ArtifactSummary, ExecutionResult } from "./result.ts";

/** Characters of value and logs together that a model is given before the rest goes to artifacts. */
export const READING_BUDGET_CHARACTERS = 24_000;

const JSON_TYPE = "application/json";

/** Waiting calls that are shown, and characters of the arguments of one. */
const MOST_WAITING = 20;
const WAITING_CHARACTERS = 200;

/** Parts to report. */
interface ReadingInput {
  readonly value: JsonValue;
  readonly stdout: string;
  readonly stderr: string;
  readonly error: ErrorReport | null;
  readonly notes: readonly string[];
}

/** A value and its JSON text; the text is undefined where it was not written. */
export interface WrittenValue {
  readonly value: JsonValue;
  readonly json: string | undefined;
}

/** The parts of a result that may be too long for a reader. */
type ResultPart = "value" | "stdout" | "stderr";

/** The text for the reader, and what had to be kept aside. */
interface ReadingText {
  readonly text: string;
  readonly artifacts: readonly ArtifactSummary[];
  /** Ids of the artifacts that hold parts the text leaves out. */
  readonly keptAside: { readonly [Part in ResultPart]?: string };
  /** The value as JSON text; undefined where it is a text itself, or there is an error. */
  readonly valueJson: string | undefined;
}

interface ResultSection {
  readonly title: ResultPart;
  readonly text: string;
  readonly mimeType: string;
  readonly value?: JsonValue;
}

/**
 * Writes the outcome of a run as text for a model: value, output, error, notes.
 *
 * When value and output together exceed `budget` characters, the largest parts become artifacts in `store` until the
 * rest fits; each is replaced by its id, size and preview. Without a store nothing is kept aside.
 */
export function toReadingText(input: ReadingInput, store?: ArtifactStore, budget?: number): ReadingText {
  const sections = sectionsOf(input);
  const spilled = store === undefined ? NONE_SPILLED : spill(sections, store, budget);
  const parts = sections.map((section) => showSection(section, spilled.get(section)));
  if (input.error !== null) parts.push(showError(input.error));
  if (input.notes.length > 0) parts.push(`notes:\n${input.notes.map((note) => `- ${hangingText(note)}`).join("\n")}`);
  const keptAside =
    spilled.size === 0 ? {} : Object.fromEntries([...spilled].map(([{ title }, { id }]) => [title, id]));
  const valueJson = sections.find(({ mimeType }) => mimeType === JSON_TYPE)?.text;
  return { text: parts.join("\n\n"), artifacts: [...spilled.values()], keptAside, valueJson };
}

/** An error as a model or a person reads it. */
export function showError(error: ErrorReport): string {
  const place =
    error.line === undefined ? "" : ` at line ${error.line}${error.column === undefined ? "" : `:${error.column}`}`;
  const tool = error.tool === undefined ? "" : ` (${escapeInvisible(error.tool)})`;
  const hint = error.hint === undefined ? "" : `\nhint: ${hangingText(error.hint)}`;
  return `error ${error.code}${tool}${place}: ${hangingText(error.message)}${hint}`;
}

/** Where a person decides about the calls of a parked run, by who may decide at all. */
export function decisionAdvice(runId: string, approvers: ReadonlySet<string>): string {
  return approvers.has("cli")
    ? `A person decides with: codemode runs approve ${runId}, or: codemode runs deny ${runId}`
    : `A person decides in an MCP client that shows forms: resume_execution with run_id "${runId}" asks there. Nobody decides at the command line (approvals.by).`;
}

/**
 * What a model or a person reads of a run that waits for somebody.
 *
 * @param approvers who may decide beside the host
 */
export function showWaiting(
  { runId, pending }: Pick<ExecutionResult, "runId" | "pending">,
  approvers: ReadonlySet<string>,
): string {
  if (pending.length === 0) {
    return `suspended: the run ${runId} was left by its caller. resume_execution, or codemode runs resume ${runId}, goes on with it.`;
  }
  const shown = pending.slice(0, MOST_WAITING).map(({ callId, tool, arguments: args, reason }) => {
    const text = stringifyJson(args).slice(0, WAITING_CHARACTERS);
    return `- call ${callId}: ${escapeInvisible(tool)} ${hangingText(text)} (${hangingText(reason)})`;
  });
  const more = pending.length - shown.length;
  return [
    `suspended: the run ${runId} waits for a person to decide about ${pending.length === 1 ? "a call" : `${pending.length} calls`}.`,
    ...shown,
    ...(more > 0 ? [`- and ${more} more`] : []),
    decisionAdvice(runId, approvers),
  ].join("\n");
}

/** What a model or a person reads of a preview. */
export function showPreview({ calls, complete, stopped }: NonNullable<ExecutionResult["preview"]>): string {
  const shown = calls.slice(0, MOST_WAITING).map(({ callId, tool, arguments: args }) => {
    const text = stringifyJson(args).slice(0, WAITING_CHARACTERS);
    return `- call ${callId}: ${escapeInvisible(tool)} ${hangingText(text)}`;
  });
  const more = calls.length - shown.length;
  const place = stopped?.line === null || stopped === null ? "" : ` at line ${stopped.line}`;
  return [
    `preview: ${calls.length === 1 ? "1 call was" : `${calls.length} calls were`} not made${complete ? "." : `; it stopped${place}.`}`,
    ...shown,
    ...(more > 0 ? [`- and ${more} more`] : []),
  ].join("\n");
}

const NONE_SPILLED: ReadonlyMap<ResultSection, ArtifactSummary> = new Map();

function sectionsOf({ value, stdout, stderr, error }: ReadingInput): ResultSection[] {
  const sections: ResultSection[] = [];
  if (error === null) {
    const isText = typeof value === "string";
    sections.push({
      title: "value",
      text: isText ? value : stringifyJson(value),
      mimeType: isText ? "text/plain" : JSON_TYPE,
      value,
    });
  }
  if (stdout !== "") sections.push({ title: "stdout", text: stdout, mimeType: "text/plain" });
  if (stderr !== "") sections.push({ title: "stderr", text: stderr, mimeType: "text/plain" });
  return sections;
}

function spill(
  sections: readonly ResultSection[],
  store: ArtifactStore,
  budget: number = READING_BUDGET_CHARACTERS,
): Map<ResultSection, ArtifactSummary> {
  const spilled = new Map<ResultSection, ArtifactSummary>();
  let total = sections.reduce((sum, { text }) => sum + text.length, 0);
  for (const section of sections.toSorted((a, b) => b.text.length - a.text.length)) {
    if (total <= budget) break;
    const { text, mimeType, value } = section;
    spilled.set(section, summarizeArtifact(store.save({ text, mimeType, ...defined({ value }) })));
    total -= text.length;
  }
  return spilled;
}

function showSection({ title, text }: ResultSection, artifact: ArtifactSummary | undefined): string {
  if (artifact === undefined) return `${title}: ${text.trimEnd()}`;
  const { id, mimeType, bytes, preview, path } = artifact;
  const file = path === undefined ? "" : `, file ${path}`;
  return `${title}: kept as artifact ${id} (${mimeType}, ${bytes} bytes${file}); read it with read_artifact. Preview:\n${preview}`;
}

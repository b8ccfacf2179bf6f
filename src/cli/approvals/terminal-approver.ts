import { createInterface } from "node:readline";
import type { WriteStream } from "node:tty";
import { stringifyJson } from "../../base/exact-json.ts";
import { Queue } from "../../base/queue.ts";
import type { CodeModeExecutor } from "../../host/executor.ts";
import type { Approver } from "../../runs/decisions/approver.ts";
import type { CallDecision, PendingDecision } from "../../runs/result.ts";
import { acceptArguments } from "../../schema/check/accept-arguments.ts";
import { createValidator } from "../../schema/validator.ts";
import type { ToolRegistry } from "../../sources/tool-registry.ts";
import { RawTerminal } from "../agent/raw-terminal.ts";
import type { CommandContext } from "../command-context.ts";
import { parseArguments } from "../json-arguments.ts";
import { plainLine } from "../plain-text.ts";
import { textTable } from "../text-table.ts";
import type { TerminalStream } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";

/** A terminal where a person is asked. */
interface QuestionPlace {
  readonly terminal: RawTerminal;
  /** Where the question is written, and the terminal behind it. */
  readonly stream: TerminalStream;
  readonly output: WriteStream;
  readonly registry: Pick<ToolRegistry, "getTool">;
  /** Ends the question without an answer. */
  readonly signal: AbortSignal;
}

type Edits = ReadonlyMap<number, NonNullable<CallDecision["arguments"]>>;

/** What a key does; anything else is read again. */
const KEYS = { approve: "aA", deny: "dD", choose: "cC", edit: "eE", later: "lLqQ\u0003\u0004\u001B" } as const;

/**
 * Asks the person at the terminal of this process, on standard error; undefined where there is none. Questions of several
 * runs come one after another.
 */
export function processApprover(
  { terminal: { err }, signal, input, codemode: open }: CommandContext,
  { registry, approvers }: CodeModeExecutor,
): Approver | undefined {
  const { stdin, stderr } = process;
  // Where everything is open already, the terminal is that of another process.
  if (!approvers.has("cli") || open !== undefined) return undefined;
  if (!input.isTerminal || !err.isTerminal || typeof stdin.setRawMode !== "function") return undefined;
  return inTurns(async ({ calls }) => {
    using terminal = new RawTerminal(stdin);
    return await askAboutCalls(calls, { terminal, stream: err, output: stderr, registry, signal });
  });
}

/** An approver that is asked one question at a time. */
export function inTurns(approver: Approver): Approver {
  const line = new Queue(1, { waiting: Infinity, what: "question" });
  return async (request) => {
    const leave = await line.enter();
    try {
      return await approver(request);
    } finally {
      leave();
    }
  };
}

/** Shows calls as a table and reads what the person decides; decides nothing when they leave it for later. */
export async function askAboutCalls(
  calls: readonly PendingDecision[],
  place: QuestionPlace,
): Promise<readonly CallDecision[]> {
  const { stream } = place;
  const edits = new Map<number, NonNullable<CallDecision["arguments"]>>();
  stream.write(tableOf(calls, { edits, stream }));
  for (;;) {
    stream.write(promptOf(calls, stream));
    const key = await readKey(place);
    stream.write("\n");
    if (KEYS.later.includes(key)) return [];
    if (KEYS.approve.includes(key)) return calls.map(({ callId }) => approved(callId, edits));
    if (KEYS.deny.includes(key)) return calls.map(({ callId }) => ({ callId, decision: "deny" }));
    if (KEYS.choose.includes(key)) return choose(calls, edits, place);
    if (!KEYS.edit.includes(key)) continue;
    const call = await chooseCall(calls, place);
    const edited = call === undefined ? undefined : await editArguments(call, edits, place);
    if (call !== undefined && edited !== undefined) edits.set(call.callId, edited);
    stream.write(tableOf(calls, { edits, stream }));
  }
}

function approved(callId: number, edits: Edits): CallDecision {
  const args = edits.get(callId);
  return args === undefined ? { callId, decision: "approve" } : { callId, decision: "approve", arguments: args };
}

function tableOf(
  calls: readonly PendingDecision[],
  { edits, stream }: { readonly edits: Edits; readonly stream: TerminalStream },
): string {
  const rows = calls.map(({ callId, tool, arguments: args, kind, foreseen }) => [
    String(callId),
    tool,
    kind === "in_doubt" ? "perhaps done" : edits.has(callId) ? "edited" : foreseen ? "later" : "now",
    stringifyJson(edits.get(callId) ?? args),
  ]);
  const columns = [
    { title: "CALL", align: "right" as const },
    { title: "TOOL" },
    { title: "WHEN" },
    { title: "ARGUMENTS" },
  ];
  const reasons = [...new Set(calls.map(({ reason }) => plainLine(reason)))].slice(0, 3);
  const what = calls.length === 1 ? "1 call needs" : `${calls.length} calls need`;
  const { bold, dim } = stream.colors;
  return `${bold(`${what} your approval`)}: ${reasons.join("; ")}\n${textTable(rows, { columns, width: stream.columns, titleStyle: dim })}`;
}

function promptOf(calls: readonly PendingDecision[], { colors }: TerminalStream): string {
  const keys = calls.length === 1 ? ["[a]pprove", "[d]eny"] : ["[a]pprove all", "[d]eny all", "[c]hoose"];
  const edit = calls.some(({ kind }) => kind === "approval") ? ["[e]dit"] : [];
  return colors.cyan(`${[...keys, ...edit, "[l]ater"].join("  ")} › `);
}

/** One question for each call; what is left for later stays undecided. */
async function choose(
  calls: readonly PendingDecision[],
  edits: Edits,
  place: QuestionPlace,
): Promise<readonly CallDecision[]> {
  const decisions: CallDecision[] = [];
  for (const { callId, tool } of calls) {
    const ask = place.stream.colors.cyan(`call ${callId} ${plainLine(tool)}: [a]pprove  [d]eny  [l]ater › `);
    let key = "";
    while (key === "" || !`${KEYS.approve}${KEYS.deny}${KEYS.later}`.includes(key)) {
      place.stream.write(ask);
      key = await readKey(place);
      place.stream.write("\n");
    }
    if (KEYS.approve.includes(key)) decisions.push(approved(callId, edits));
    else if (KEYS.deny.includes(key)) decisions.push({ callId, decision: "deny" });
  }
  return decisions;
}

async function chooseCall(
  calls: readonly PendingDecision[],
  place: QuestionPlace,
): Promise<PendingDecision | undefined> {
  const editable = calls.filter(({ kind }) => kind === "approval");
  if (editable.length <= 1) return editable[0];
  const number = await readLine("number of the call to edit: ", "", place);
  const call = editable.find(({ callId }) => String(callId) === number?.trim());
  if (call === undefined && number !== undefined) place.stream.write(`No call ${plainLine(number)} waits here.\n`);
  return call;
}

/** Arguments that the tool takes, or undefined when the person gives up. */
async function editArguments(
  { callId, tool, arguments: args }: PendingDecision,
  edits: Edits,
  place: QuestionPlace,
): Promise<CallDecision["arguments"] | undefined> {
  let text = stringifyJson(edits.get(callId) ?? args);
  for (;;) {
    const line = await readLine("arguments: ", text, place);
    if (line === undefined) return undefined;
    const read = readArguments(tool, line, place.registry);
    if (typeof read !== "string") return read;
    place.stream.write(`${place.stream.colors.red(plainLine(read))}\n`);
    text = line;
  }
}

/** The arguments, or what is wrong with them. */
function readArguments(
  tool: string,
  text: string,
  registry: QuestionPlace["registry"],
): NonNullable<CallDecision["arguments"]> | string {
  try {
    const args = parseArguments(text);
    const schema = registry.getTool(tool)?.inputSchema ?? true;
    const verdict = acceptArguments(createValidator(), schema, args);
    return verdict.ok ? args : verdict.issues.map(({ message }) => message).join(" ");
  } catch (thrown) {
    if (thrown instanceof UsageError) return thrown.message;
    throw thrown;
  }
}

/** The first key that is pressed; what came with it is read next. */
function readKey({ terminal: { input }, signal }: QuestionPlace): Promise<string> {
  return new Promise((resolve) => {
    const settle = (key: string, rest: Buffer = Buffer.alloc(0)): void => {
      input.off("data", take);
      signal.removeEventListener("abort", leave);
      input.pause();
      if (rest.length > 0) input.unshift(rest);
      resolve(key);
    };
    const leave = (): void => settle("l");
    const take = (chunk: Buffer): void => {
      // An arrow or a function key is one key.
      if (chunk[0] === 0x1b && chunk.length > 1) settle("?");
      else settle(chunk.subarray(0, 1).toString(), chunk.subarray(1));
    };
    input.on("data", take);
    signal.addEventListener("abort", leave, { once: true });
    input.resume();
    if (signal.aborted) leave();
  });
}

/** A line that is edited; undefined for Ctrl-C and Ctrl-D. */
function readLine(
  prompt: string,
  text: string,
  { terminal, output, signal }: QuestionPlace,
): Promise<string | undefined> {
  const reader = createInterface({ input: terminal.input, output, terminal: true, prompt });
  return new Promise<string | undefined>((resolve) => {
    reader.once("line", resolve);
    reader.once("close", () => resolve(undefined));
    reader.once("SIGINT", () => reader.close());
    signal.addEventListener("abort", () => reader.close(), { once: true });
    reader.prompt();
    reader.write(text);
  }).finally(() => reader.close());
}

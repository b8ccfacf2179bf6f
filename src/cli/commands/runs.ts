import { Command, InvalidArgumentError, Option } from "commander";
import type { RunDocument, RunSummary } from "../../runs/journal/run-document.ts";
import type { RunStatus } from "../../runs/journal/run-store.ts";
import { type CommandContext, type CommonOptions, completeCommand } from "../command-context.ts";
import { parseCount } from "../option-parsers.ts";
import { plainLine, plainText } from "../plain-text.ts";
import { approveCommand, denyCommand } from "../runs/decide-commands.ts";
import { goOnWith } from "../runs/go-on-with.ts";
import { withRuns } from "../runs/with-runs.ts";
import { timeline } from "../runs/timeline.ts";
import { textTable } from "../text-table.ts";
import { UsageError } from "../usage-error.ts";
import { writeJson } from "../write-json.ts";

/** Options of `runs list`. */
interface RunSelection extends CommonOptions {
  readonly status?: RunStatus;
  readonly session?: string;
  readonly limit: number;
}

/** A run of another process ends with its next sign of life; one that does not is stuck in its host. */
const CANCEL_WAIT_MS = 5_000;

const STATUSES = ["running", "completed", "failed", "suspended", "cancelled", "expired"];

/** `codemode runs …`: the runs that were recorded, in this and other processes. */
export function runsCommand(context: CommandContext): Command {
  const command = new Command("runs").description("list, show, follow, resume, decide, cancel and check recorded runs");
  const parts = [list, show, tail, resume, approveCommand, denyCommand, cancel, prune, exportWhole, verify];
  for (const part of parts) command.addCommand(part(context));
  return command;
}

function list(context: CommandContext): Command {
  const command = new Command("list")
    .description("list runs, newest first")
    .addOption(new Option("--status <status>", "only runs that stand so").choices(STATUSES))
    .option("--session <name>", "only runs of this session")
    .option("--limit <n>", "maximum number of runs", parseCount, 20)
    .action((options: RunSelection) => listRuns(options, context));
  return completeCommand(command, {
    json: true,
    examples: ["codemode runs list", "codemode runs list --status failed --limit 5"],
  });
}

function show(context: CommandContext): Command {
  const command = ofOneRun("show", "show a run: how it ended, its program, and its calls on one time axis").action(
    (runId: string, options: CommonOptions) => showRunOf(runId, options, context),
  );
  return completeCommand(command, { json: true, examples: ["codemode runs show run_0123456789abcdef0123"] });
}

function tail(context: CommandContext): Command {
  const command = ofOneRun("tail", "print the events of a run as JSON lines, until it ends").action(
    (runId: string, options: CommonOptions) => tailRun(runId, options, context),
  );
  return completeCommand(command, { json: false, examples: ["codemode runs tail run_0123456789abcdef0123"] });
}

function resume(context: CommandContext): Command {
  const command = ofOneRun("resume", "go on with a run that was parked, or whose process died").action(
    (runId: string, options: CommonOptions) =>
      goOnWith(runId, { options, context }, (runs, listening) => runs.resume(runId, listening)),
  );
  return completeCommand(command, { json: true, examples: ["codemode runs resume run_0123456789abcdef0123"] });
}

function cancel(context: CommandContext): Command {
  const command = ofOneRun("cancel", "end a run, also one of another process").action(
    (runId: string, options: CommonOptions) => cancelRun(runId, options, context),
  );
  return completeCommand(command, { json: true, examples: ["codemode runs cancel run_0123456789abcdef0123"] });
}

function prune(context: CommandContext): Command {
  const command = new Command("prune")
    .description("remove old runs, and the oldest beyond the size that is kept")
    .option("--older-than <days>", "days that are kept (default: store.keepDays, 30)", parseDays)
    .action((options: CommonOptions & { readonly olderThan?: number }) => pruneRuns(options, context));
  return completeCommand(command, { json: true, examples: ["codemode runs prune --older-than 7"] });
}

function exportWhole(context: CommandContext): Command {
  const command = ofOneRun("export", "print the whole journal of a run as JSON").action(
    (runId: string, options: CommonOptions) => exportRun(runId, options, context),
  );
  return completeCommand(command, {
    json: true,
    examples: ["codemode runs export run_0123456789abcdef0123 > run.json"],
  });
}

function verify(context: CommandContext): Command {
  const command = new Command("verify")
    .description("check that the audit log is as it was written")
    .action((options: CommonOptions) => verifyRuns(options, context));
  return completeCommand(command, { json: true, examples: ["codemode runs verify"] });
}

function ofOneRun(name: string, description: string): Command {
  return new Command(name).description(description).argument("<run>", "id of the run");
}

function parseDays(text: string): number {
  if (/^\d{1,6}(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Give a number of days, such as 7.");
}

/** `runs list`: a table, or `{ runs, total }`. */
async function listRuns(options: RunSelection, context: CommandContext): Promise<void> {
  const { status, session, limit } = options;
  const query = { limit, ...(status === undefined ? {} : { status }), ...(session === undefined ? {} : { session }) };
  const listed = await withRuns(options, context, ({ runs }) => runs.list(query));
  const { out, err } = context.terminal;
  if (options.json === true) return writeJson(context.terminal, listed);
  if (listed.total === 0) return err.write("No runs are recorded here.\n");
  const columns = [
    { title: "RUN" },
    { title: "STATUS" },
    { title: "STARTED" },
    { title: "TOOK", align: "right" as const },
    { title: "CALLS", align: "right" as const },
    { title: "LANGUAGE" },
    { title: "SESSION" },
  ];
  out.write(textTable(listed.runs.map(toRow), { columns, width: out.columns, titleStyle: out.colors.dim }));
  const left = listed.total - listed.runs.length;
  if (left > 0) err.write(err.colors.dim(`${left} more; --limit shows more of them\n`));
}

/** `runs show`: how the run ended and its calls on one time axis, or the whole document. */
async function showRunOf(runId: string, options: CommonOptions, context: CommandContext): Promise<void> {
  const run = await withRuns(options, context, ({ runs }) => runs.get(runId));
  if (options.json === true) return writeJson(context.terminal, run);
  const { out } = context.terminal;
  const { colors } = out;
  out.write(
    `${colors.bold(run.runId)} ${run.status} · ${run.language} · ${run.startedAt} · ${tookOf(run.durationMs)}\n\n`,
  );
  out.write(`${indented(run.code)}\n`);
  const bars = timeline(run, { width: out.columns ?? 100, colors });
  if (bars !== "") out.write(`\n${bars}`);
  const { error, stdout, stderr } = run;
  for (const [name, text] of [
    ["stdout", stdout],
    ["stderr", stderr],
  ] as const) {
    if (text !== "") out.write(`\n${colors.dim(name)}\n${indented(text)}\n`);
  }
  if (error !== null) out.write(`\n${colors.red(`error ${error.code}`)}: ${plainText(error.message)}\n`);
  else if (run.value !== null) out.write(`\n${colors.dim("value")}\n${indented(JSON.stringify(run.value, null, 2))}\n`);
  for (const note of [...run.notes, ...unfinished(run)]) out.write(`${colors.yellow("note")} ${plainText(note)}\n`);
}

/** Why a run is suspended that waits for nobody, and what to do. */
function unfinished({ runId, status, pending, durationMs }: RunDocument): readonly string[] {
  if (status !== "suspended" || pending.length > 0) return [];
  const why =
    durationMs === null
      ? "Its process ended, or its disk was full, before the end of the run was written; calls without a result were perhaps made."
      : "It was left by its caller.";
  return [`${why} codemode runs resume ${runId} goes on with it, and makes no call again that has a result.`];
}

/** `runs tail`: events as JSON lines, those there are and those that come, until the run ends. */
async function tailRun(runId: string, options: CommonOptions, context: CommandContext): Promise<void> {
  const { terminal, signal } = context;
  await withRuns(options, context, async ({ runs }) => {
    try {
      for await (const event of runs.events(runId, { signal })) terminal.out.write(`${JSON.stringify(event)}\n`);
    } catch (thrown) {
      // Who follows a run may leave at any time.
      if (!signal.aborted) throw thrown;
    }
  });
}

/** `runs cancel`: ends a run and says how it stands then. A run that has ended is refused. */
async function cancelRun(runId: string, options: CommonOptions, context: CommandContext): Promise<void> {
  const { status } = await withRuns(options, context, async ({ runs }) => {
    if (!(await runs.cancel(runId))) {
      throw new UsageError(`The run ${runId} has ended already.`, `codemode runs show ${runId} shows how.`);
    }
    return runs.wait(runId, { timeoutMs: CANCEL_WAIT_MS, signal: context.signal });
  });
  if (options.json === true) writeJson(context.terminal, { runId, status });
  else context.terminal.err.write(`${runId}: ${status}\n`);
  context.finish(status === "running" ? 1 : 0);
}

/** `runs prune`: `{ removed }`. */
async function pruneRuns(
  options: CommonOptions & { readonly olderThan?: number },
  context: CommandContext,
): Promise<void> {
  const { olderThan: keepDays } = options;
  const asked = keepDays === undefined ? {} : { keepDays };
  const removed = await withRuns(options, context, ({ runs }) => runs.prune(asked));
  if (options.json === true) writeJson(context.terminal, { removed });
  else context.terminal.err.write(`${removed} run${removed === 1 ? "" : "s"} removed\n`);
}

/** `runs export`: the document of a run with all of its values. */
async function exportRun(runId: string, options: CommonOptions, context: CommandContext): Promise<void> {
  writeJson(context.terminal, await withRuns(options, context, ({ runs }) => runs.get(runId, { whole: true })));
}

/** `runs verify`: whether the audit log is whole; status 1 when it is not. */
async function verifyRuns(options: CommonOptions, context: CommandContext): Promise<void> {
  const verdict = await withRuns(options, context, ({ runs }) => runs.verify());
  const { terminal, finish } = context;
  if (options.json === true) writeJson(terminal, verdict);
  else (verdict.ok ? terminal.out : terminal.err).write(`${plainText(verdict.message)}\n`);
  finish(verdict.ok ? 0 : 1);
}

function toRow({ runId, status, startedAt, durationMs, toolCalls, language, session }: RunSummary): readonly string[] {
  return [runId, status, startedAt, tookOf(durationMs), String(toolCalls), language, plainLine(session ?? "")];
}

/** How long a run or call took, for people. */
function tookOf(durationMs: RunDocument["durationMs"]): string {
  if (durationMs === null) return "";
  return durationMs < 1_000 ? `${durationMs.toFixed(1)} ms` : `${(durationMs / 1_000).toFixed(2)} s`;
}

function indented(text: string): string {
  return plainText(text.trimEnd()).replaceAll(/^/gm, "  ");
}

import { Command, InvalidArgumentError, Option } from "commander";
import { type CommandContext, type CommonOptions, completeCommand } from "../command-context.ts";
import { parseCount } from "../option-parsers.ts";
import {
  cancelRun,
  exportRun,
  listRuns,
  type RunSelection,
  pruneRuns,
  showRunOf,
  tailRun,
  verifyRuns,
} from "../runs/recorded-runs.ts";

const STATUSES = ["running", "completed", "failed", "suspended", "cancelled", "expired"];

/** `codemode runs …`: the runs that were recorded, in this and other processes. */
export function runsCommand(context: CommandContext): Command {
  const command = new Command("runs").description("list, show, follow, cancel and check recorded runs");
  const parts = [list, show, tail, cancel, prune, exportWhole, verify];
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

import { Command } from "commander";
import type { Codemode } from "../../host/create-codemode.ts";
import { type CommandContext, type CommonOptions, completeCommand } from "../command-context.ts";
import { withCodemode } from "../open-configured.ts";
import { plainLine } from "../plain-text.ts";
import { textTable } from "../text-table.ts";
import { writeJson } from "../write-json.ts";

/** Recorded runs that are looked at, newest first. */
const MOST_RUNS = 10_000;

interface SessionSummary {
  readonly session: string;
  /** Recorded programs of it. */
  readonly runs: number;
  /** When the last one started, in ISO form. */
  readonly lastAt: string;
}

/** `codemode sessions …`: named sessions whose variables outlive the process. */
export function sessionsCommand(context: CommandContext): Command {
  const command = new Command("sessions").description("list named sessions, and forget their variables");
  const list = new Command("list")
    .description("list the sessions of recorded runs, last used first")
    .action((options: CommonOptions) => listSessions(options, context));
  const clear = new Command("clear")
    .description("forget the variables of a session, or of all")
    .argument("[name]", "name of the session (default: all)")
    .action((name: string | undefined, options: CommonOptions) => clearSession(name, options, context));
  command.addCommand(completeCommand(list, { json: true, examples: ["codemode sessions list"] }));
  command.addCommand(completeCommand(clear, { json: true, examples: ["codemode sessions clear work"] }));
  return command;
}

/** `sessions list`: a table, or `{ sessions }`. */
async function listSessions(options: CommonOptions, context: CommandContext): Promise<void> {
  const sessions = await withCodemode(options, context, ({ executor }) => readSessions(executor));
  const { out, err } = context.terminal;
  if (options.json === true) return writeJson(context.terminal, { sessions });
  if (sessions.length === 0) return err.write("No sessions are recorded here.\n");
  const columns = [{ title: "SESSION" }, { title: "RUNS", align: "right" as const }, { title: "LAST USED" }];
  const rows = sessions.map(({ session, runs, lastAt }) => [plainLine(session), String(runs), lastAt]);
  out.write(textTable(rows, { columns, width: out.columns, titleStyle: out.colors.dim }));
}

/** `sessions clear`: `{ cleared }`, the name or null for all. */
async function clearSession(name: string | undefined, options: CommonOptions, context: CommandContext): Promise<void> {
  await withCodemode(options, context, ({ executor }) => executor.clearState(name));
  if (options.json === true) writeJson(context.terminal, { cleared: name ?? null });
  else
    context.terminal.err.write(`${name === undefined ? "All sessions begin" : `"${plainLine(name)}" begins`} empty.\n`);
}

async function readSessions({ runs }: Codemode["executor"]): Promise<readonly SessionSummary[]> {
  const sessions = new Map<string, SessionSummary>();
  for (const { session, startedAt } of (await runs.list({ limit: MOST_RUNS })).runs) {
    if (session === null) continue;
    const { lastAt = startedAt, runs: count = 0 } = sessions.get(session) ?? {};
    sessions.set(session, { session, runs: count + 1, lastAt });
  }
  return [...sessions.values()];
}

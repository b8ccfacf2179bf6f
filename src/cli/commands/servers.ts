import { Command } from "commander";
import { defined } from "../../base/defined.ts";
import type { Codemode } from "../../host/create-codemode.ts";
import { type PolicySurvey, surveyPolicy } from "../../runs/decisions/survey-policy.ts";
import type { ToolRegistry } from "../../sources/tool-registry.ts";
import type { ServerReport } from "../../sources/server-report.ts";
import { awaitServers, DEFAULT_WAIT_MS } from "../await-servers.ts";
import { type CommandContext, type CommonOptions, completeCommand } from "../command-context.ts";
import { NO_SERVERS_HINT } from "../listed-servers.ts";
import { acceptCommand, changesIn, lockCommand, showChanges } from "../servers/lock-commands.ts";
import { withCodemode } from "../open-configured.ts";
import { plainText } from "../plain-text.ts";
import { parseSeconds } from "../option-parsers.ts";
import { showServerProgress } from "../server-progress.ts";
import type { Terminal } from "../terminal.ts";
import { textTable } from "../text-table.ts";
import { writeJson } from "../write-json.ts";
import { hideMilliseconds } from "./search.ts";

interface ServersCommandOptions extends CommonOptions {
  readonly check?: boolean;
  readonly policy?: boolean;
  readonly wait: number;
}

/** `codemode servers`: how each configured server is doing. */
export function serversCommand(context: CommandContext): Command {
  const command = new Command("servers")
    .description("list the configured servers and how they are doing")
    .option("--check", "wait for every server, ping it and remember its tools")
    .option("--policy", "show which tools the policy allows, asks for and denies")
    .option("--wait <seconds>", "time for slower servers once one is ready", parseSeconds, DEFAULT_WAIT_MS)
    .action((options: ServersCommandOptions) => showServers(options, context));
  hideMilliseconds(command);
  command.addCommand(lockCommand(context));
  command.addCommand(acceptCommand(context));
  return completeCommand(command, {
    json: true,
    examples: ["codemode servers", "codemode servers --check --json", "codemode servers --policy"],
  });
}

/** A check goes on for at least as long as slow programs take to start. */
const SOONEST_MS = 8_000;
/** After the last answer it goes on for this part of the time that all answers took: where much starts, all is slow. */
const QUIET_SHARE = 0.5;
const USABLE = new Set(["ready", "idle", "disabled"]);

async function showServers(options: ServersCommandOptions, context: CommandContext): Promise<void> {
  // What was found is shown before the servers are ended, which takes the slow ones a while.
  await withCodemode(options, context, async (codemode) => {
    const reports = await collectReports(codemode, options, context);
    show(reports, { codemode, options, context });
  });
}

interface Shown {
  readonly codemode: Codemode;
  readonly options: ServersCommandOptions;
  readonly context: CommandContext;
}

function show(reports: readonly ServerReport[], { codemode, options, context }: Shown): void {
  const changes = changesIn(codemode);
  const surveys = options.policy === true ? surveyServers(codemode) : undefined;
  const policyOf = ({ name }: ServerReport): object =>
    surveys === undefined ? {} : { policy: surveys.get(name) ?? NOTHING_SURVEYED };
  const changesOf = ({ name }: ServerReport): object => {
    const changed = changes.filter(({ server }) => server === name);
    return changed.length === 0 ? {} : { changed };
  };
  if (options.json === true) {
    const rows = reports.map((report) => ({ ...toRow(report), ...policyOf(report), ...changesOf(report) }));
    writeJson(context.terminal, { servers: rows });
  } else {
    showReports(reports, context.terminal);
    const { err } = context.terminal;
    if (changes.length > 0)
      err.write(`\n${showChanges(changes, err.colors)}Accept them with: codemode servers accept\n`);
    if (surveys !== undefined) showSurveys(surveys, context.terminal);
  }
  context.finish(options.check === true && reports.some(({ status }) => !USABLE.has(status)) ? 1 : 0);
}

const NOTHING_SURVEYED: Omit<PolicySurvey, "idle"> = { allow: [], ask: [], deny: [] };

/** What the policy decides about the tools of each server that has some. */
function surveyServers({ registry, configuration }: Codemode): ReadonlyMap<string, typeof NOTHING_SURVEYED> {
  const catalog = registry.catalog();
  const { policy = {} } = configuration;
  const surveyed = catalog.servers.map(({ name, tools }) => {
    const { idle: _, ...decided } = surveyPolicy(policy, { tools, server: (named) => catalog.server(named) });
    return [name, decided] as const;
  });
  return new Map(surveyed);
}

function showSurveys(surveys: ReadonlyMap<string, typeof NOTHING_SURVEYED>, { out }: Terminal): void {
  const rows = [...surveys].flatMap(([server, { allow, ask, deny }]) =>
    [["allow", allow] as const, ["ask", ask] as const, ["deny", deny] as const].flatMap(([decision, tools]) =>
      tools.length === 0 ? [] : [[server, decision, String(tools.length), tools.join(", ")]],
    ),
  );
  const columns = [
    { title: "SERVER", style: out.colors.bold },
    { title: "POLICY" },
    { title: "COUNT", align: "right" as const },
    { title: "TOOLS" },
  ];
  out.write(`\n${textTable(rows, { width: out.columns, titleStyle: out.colors.dim, columns })}`);
}

async function collectReports(
  { registry }: Codemode,
  options: ServersCommandOptions,
  { terminal, signal }: CommandContext,
): Promise<readonly ServerReport[]> {
  const stop = showServerProgress(registry, terminal);
  try {
    const reports =
      options.check === true
        ? await checkAll(registry, { quietMs: options.wait, signal })
        : await awaitServers(registry, { waitMs: options.wait, signal });
    if (options.check !== true) await registry.countContent();
    const counted = new Map(registry.listServers().map((report) => [report.name, report]));
    return reports.map((report) => {
      const { resources, prompts } = counted.get(report.name) ?? {};
      return Object.assign({}, report, defined({ resources, prompts }));
    });
  } finally {
    stop();
  }
}

/**
 * Checks all servers at once. One alone is waited for to its own time-out; of several, those that are still silent when
 * nothing has come for `quietMs`, or for longer where all were slow, are reported in their current state.
 */
async function checkAll(
  registry: ToolRegistry,
  { quietMs, signal }: { readonly quietMs: number; readonly signal: AbortSignal },
): Promise<readonly ServerReport[]> {
  const names = registry.listServers().map(({ name }) => name);
  const checked = new Map<string, ServerReport>();
  const begun = performance.now();
  await new Promise<void>((resolve, reject) => {
    let quiet: NodeJS.Timeout | undefined;
    const checks = names.map(async (name) => {
      const report = await registry.checkServer(name, signal);
      checked.set(name, report);
      if (report.status === "disabled") return;
      await registry.countContent({ server: name });
      const tookMs = performance.now() - begun;
      clearTimeout(quiet);
      quiet = setTimeout(resolve, Math.max(quietMs, tookMs * QUIET_SHARE, SOONEST_MS - tookMs));
    });
    Promise.all(checks)
      .finally(() => clearTimeout(quiet))
      .then(() => resolve(), reject);
  });
  const waited = Math.round((performance.now() - begun) / 1_000);
  return registry.listServers().map((report) => checked.get(report.name) ?? stillSilent(report, waited));
}

function stillSilent(report: ServerReport, waitedSeconds: number): ServerReport {
  const error =
    `Server "${report.name}" has not answered within ${waitedSeconds} seconds, after all the others had.\n` +
    `Give it longer with --wait, or look at what it waits for.`;
  return { ...report, error: report.error ?? error };
}

function toRow(report: ServerReport): Record<string, unknown> {
  const { name, transport, status, toolCount, latencyMs, error, login, nextAttemptAt, warnings } = report;
  return {
    name,
    transport,
    status,
    toolCount,
    tools: toolCount,
    resources: report.resources ?? null,
    prompts: report.prompts ?? null,
    latencyMs: latencyMs ?? null,
    error: error ?? null,
    login: login ?? null,
    circuit: status === "failed" ? "open" : "closed",
    nextAttemptAt: nextAttemptAt ?? null,
    warnings,
  };
}

function showReports(reports: readonly ServerReport[], { out, err }: Terminal): void {
  const { colors, columns } = out;
  if (reports.length === 0) err.write(`No server is configured. ${NO_SERVERS_HINT}\n`);
  const rows = reports.map(({ name, transport, status, toolCount, latencyMs, error }) => [
    name,
    transport,
    status,
    String(toolCount),
    latencyMs === undefined ? "-" : `${latencyMs.toFixed(1)} ms`,
    error ?? "",
  ]);
  const table = textTable(rows, {
    width: columns,
    titleStyle: colors.dim,
    columns: [
      { title: "SERVER", style: colors.bold },
      { title: "TRANSPORT" },
      { title: "STATUS", style: (cell) => statusStyle(cell.trim(), colors)(cell) },
      { title: "TOOLS", align: "right" },
      { title: "LATENCY", align: "right" },
      { title: "ERROR" },
    ],
  });
  out.write(table);
  if (columns === undefined) {
    for (const { name, warnings } of reports)
      for (const text of warnings) err.write(`note: ${plainText(name)}: ${plainText(text)}\n`);
    return;
  }
  // In a terminal the table is cut; the reasons are worth reading whole.
  for (const { name, error, warnings, nextAttemptAt } of reports) {
    const next = nextAttemptAt === undefined ? [] : [`The next attempt is at ${nextAttemptAt}.`];
    const lines = [...(error === undefined ? [] : [error]), ...next, ...warnings.map((text) => `note: ${text}`)];
    if (lines.length > 0) out.write(`\n${colors.bold(plainText(name))}: ${plainText(lines.join("\n"))}\n`);
  }
}

function statusStyle(status: string, colors: Terminal["out"]["colors"]): (cell: string) => string {
  if (status === "ready") return colors.green;
  if (status === "failed") return colors.red;
  return status === "connecting" || status === "needs_login" ? colors.yellow : colors.dim;
}

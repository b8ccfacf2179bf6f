import { Command } from "commander";
import type { Codemode } from "../../host/create-codemode.ts";
import type { ServerReport } from "../../sources/server-report.ts";
import { awaitServers, DEFAULT_WAIT_MS } from "../await-servers.ts";
import { type CommandContext, type CommonOptions, completeCommand } from "../command-context.ts";
import { NO_SERVERS_HINT } from "../listed-servers.ts";
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
  readonly wait: number;
}

/** `codemode servers`: how each configured server is doing. */
export function serversCommand(context: CommandContext): Command {
  const command = new Command("servers")
    .description("list the configured servers and how they are doing")
    .option("--check", "wait for every server, ping it and remember its tools")
    .option("--wait <seconds>", "time for slower servers once one is ready", parseSeconds, DEFAULT_WAIT_MS)
    .action((options: ServersCommandOptions) => showServers(options, context));
  hideMilliseconds(command);
  return completeCommand(command, { json: true, examples: ["codemode servers", "codemode servers --check --json"] });
}

async function showServers(options: ServersCommandOptions, context: CommandContext): Promise<void> {
  const reports = await withCodemode(options, (codemode) => collectReports(codemode, options, context));
  if (options.json === true) writeJson(context.terminal, { servers: reports.map(toRow) });
  else showReports(reports, context.terminal);
  context.finish(options.check === true && reports.some(({ status }) => status === "failed") ? 1 : 0);
}

async function collectReports(
  { registry }: Codemode,
  options: ServersCommandOptions,
  { terminal, signal }: CommandContext,
): Promise<readonly ServerReport[]> {
  const stop = showServerProgress(registry, terminal);
  try {
    if (options.check !== true) return await awaitServers(registry, { waitMs: options.wait, signal });
    return await Promise.all(registry.listServers().map(({ name }) => registry.checkServer(name, signal)));
  } finally {
    stop();
  }
}

function toRow({ name, transport, status, toolCount, latencyMs, error }: ServerReport): Record<string, unknown> {
  return { name, transport, status, toolCount, latencyMs: latencyMs ?? null, error: error ?? null };
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
  if (columns === undefined) return;
  // In a terminal the table is cut; the reasons are worth reading whole.
  for (const { name, error } of reports)
    if (error !== undefined) out.write(`\n${colors.bold(plainText(name))}: ${plainText(error)}\n`);
}

function statusStyle(status: string, colors: Terminal["out"]["colors"]): (cell: string) => string {
  if (status === "ready") return colors.green;
  if (status === "failed") return colors.red;
  return status === "connecting" ? colors.yellow : colors.dim;
}

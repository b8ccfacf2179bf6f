import { defined } from "../base/defined.ts";
import { unknownName } from "../catalog/unknown-name.ts";
import type { Codemode } from "../host/create-codemode.ts";
import type { ServerReport } from "../sources/server-report.ts";
import { type AwaitOptions, awaitServers } from "./await-servers.ts";
import type { CommandContext } from "./command-context.ts";
import { cutText, plainLine } from "./plain-text.ts";
import { showServerProgress } from "./server-progress.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Waits for the servers as listing commands do, and names those on stderr whose tools may be missing.
 *
 * @returns the server asked for under its own name, if one was
 */
export async function listServersInTime(
  { registry }: Codemode,
  context: CommandContext,
  options: Omit<AwaitOptions, "signal">,
): Promise<{ readonly server?: string; readonly reports: readonly ServerReport[] }> {
  const server = options.server === undefined ? undefined : configuredServer(registry, options.server);
  if (registry.listServers().length === 0) tellNoServers(context);
  const stop = showServerProgress(registry, context.terminal, server === undefined ? undefined : [server]);
  try {
    const reports = await awaitServers(registry, { ...options, server, signal: context.signal });
    stop();
    for (const report of reports) tellState(report, context);
    return { reports, ...defined({ server }) };
  } finally {
    stop();
  }
}

/** The name of a configured server, also when its identifier was given. An unknown one is wrong usage. */
function configuredServer(registry: Codemode["registry"], name: string): string {
  const catalog = registry.catalog();
  const known = catalog.server(name)?.name;
  if (known !== undefined) return known;
  const { message, details } = unknownName(catalog, { kind: "server", name });
  throw new UsageError(message, details.hint ?? "");
}

function tellNoServers({ terminal: { err } }: CommandContext): void {
  err.write(`${err.colors.yellow("note")} no server is configured. ${NO_SERVERS_HINT}\n`);
}

/** Advice when nothing is configured. */
export const NO_SERVERS_HINT =
  'Name some in codemode.json: { "mcpServers": { "memory": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-memory"] } } }';

function tellState({ name, status, toolCount, error }: ServerReport, { terminal: { err } }: CommandContext): void {
  const { colors } = err;
  if (status === "failed") {
    err.write(`${colors.red("failed")} ${name}: ${cutText(plainLine(error ?? "no reason was given"), 500)}\n`);
  } else if (status === "needs_login") {
    err.write(`${colors.yellow("needs login")} ${name}: ${cutText(plainLine(error ?? "no reason was given"), 500)}\n`);
  } else if (status === "connecting") {
    err.write(
      `${colors.yellow("connecting")} ${name}: still starting, so its tools are not listed; ` +
        "`codemode servers --check` waits for it and remembers them, or wait longer with --wait SECONDS\n",
    );
  } else if (status === "cached") {
    err.write(
      `${colors.dim("cached")} ${name}: still starting; its ${toolCount} tools are listed as of the last time\n`,
    );
  }
}

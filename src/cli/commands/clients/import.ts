import { Command, Option } from "commander";
import type { LoadedConfiguration } from "../../../host/configuration/configuration.ts";
import { loadConfiguration } from "../../../host/configuration/load-configuration.ts";
import type { Adoption } from "../../clients/adopt-servers.ts";
import { CLIENT_NAMES, type ClientName } from "../../clients/client-files.ts";
import { type CommandContext, type CommonOptions, completeCommand } from "../../command-context.ts";
import { plainLine, plainText } from "../../plain-text.ts";
import type { Terminal } from "../../terminal.ts";
import { textTable } from "../../text-table.ts";
import { writeJson } from "../../write-json.ts";

interface ImportChoice extends CommonOptions {
  readonly from?: readonly ClientName[];
  readonly write?: boolean;
}

/** `codemode import`: adopts the servers and permission rules of other clients. */
export function importCommand(context: CommandContext): Command {
  const command = new Command("import")
    .description("find the servers and permission rules of other clients, and adopt them")
    .addOption(new Option("--from <clients...>", "only these clients").choices(CLIENT_NAMES))
    .option("--write", "write what is new into the configuration; without it, it is only shown")
    .action((options: ImportChoice) => importServers(options, context));
  return completeCommand(command, {
    json: true,
    examples: ["codemode import", "codemode import --from cursor --write"],
  });
}

async function importServers(options: ImportChoice, context: CommandContext): Promise<void> {
  const { writeAdoption } = await import("../../clients/write-adoption.ts");
  const loaded = loadConfiguration({ file: options.config });
  const adoption = await planImport(loaded, options.from);
  if (options.json !== true) showAdoption(adoption, context.terminal);
  for (const line of adoption.left) context.terminal.err.write(`note: ${plainLine(line)}\n`);
  const written = options.write === true ? await writeAdoption(adoption, loaded) : null;
  if (options.json === true) {
    return writeJson(context.terminal, { servers: adoption.rows, rules: adoption.rules, written });
  }
  if (written !== null) context.terminal.err.write(`written to ${plainText(written)}\n`);
  else if (options.write !== true) context.terminal.err.write("Nothing is written; --write does that.\n");
}

/** What of the servers and rules of clients a configuration does not have yet. */
export async function planImport(
  { file, configuration }: LoadedConfiguration,
  from?: readonly ClientName[],
): Promise<Adoption> {
  const { planAdoption } = await import("../../clients/adopt-servers.ts");
  const { processSurroundings } = await import("../../clients/client-files.ts");
  // The file of Claude Code is one of those looked through, even where it serves as our own configuration.
  const own = file?.endsWith(".mcp.json") === true ? {} : (configuration.mcpServers ?? {});
  return planAdoption(processSurroundings(), own, from);
}

/** Shows servers, rules and names of secrets for a person. */
export function showAdoption({ rows, rules, secrets }: Adoption, { out, err }: Terminal): void {
  if (rows.length === 0) err.write("No client on this machine has a server.\n");
  const columns = [
    { title: "SERVER", style: out.colors.bold },
    { title: "FROM" },
    { title: "TRANSPORT" },
    { title: "STATUS" },
    { title: "FILE" },
    { title: "NOTE" },
  ];
  const lines = rows.map(({ name, from, transport, status, file, note }) => [
    name,
    from,
    transport,
    status,
    file,
    note ?? "",
  ]);
  out.write(textTable(lines, { width: out.columns, titleStyle: out.colors.dim, columns }));
  for (const { decision, tools, from } of rules) out.write(`rule: ${decision} ${plainLine(tools)} (${from})\n`);
  for (const name of Object.keys(secrets)) out.write(`secret: kept in the secret store as ${plainLine(name)}\n`);
}
